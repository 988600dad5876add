// What the page's script reckons, apart from any browser.
'use strict';

const test = require('node:test');
const assert = require('node:assert/strict');
const Timelines = require('../../../src/StructuredConcurrency.Timelines/Page/timeline.js');

const states = ['work', 'item', 'room', 'join', 'kids', 'signal', 'ready', 'other'].map(key => ({ key, words: `${key}ing`, colour: '#000', pattern: false }));

/** Lanes of spans [start, end, state], one after the other. */
function dataOf(lanes, points = lanes.map(() => [])) {
  const spans = lanes.flat(), marks = points.flat();
  let [span, point] = [0, 0];
  return {
    end: Math.max(...spans.map(s => s[1])), unit: 0.001, events: 0, states, names: ['', 'item 7', 'make 12', 'P'], kinds: ['put', 'took'],
    lanes: lanes.map((own, i) => ({ name: `lane ${i}`, spans: [(span += own.length) - own.length, own.length], points: [(point += points[i].length) - points[i].length, points[i].length] })),
    spans: {
      start: Uint32Array.from(spans, s => s[0]), end: Uint32Array.from(spans, s => s[1]), state: Uint8Array.from(spans, s => s[2]),
      item: Uint32Array.from(spans, s => s[3] ?? 0), by: Uint32Array.from(spans, s => s[4] ?? 0),
    },
    points: { time: Uint32Array.from(marks, m => m[0]), kind: Uint8Array.from(marks, m => m[1]), text: Uint32Array.from(marks, m => m[2] ?? 0) },
  };
}

/** As many spans as asked for, of lengths that a little generator makes up. */
function random(count, seed) {
  const spans = [];
  for (let i = 0, at = 0; i < count; i++) {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    const length = seed % 97 === 0 ? 50_000 : 1 + seed % 200;
    spans.push([at, at += length, seed % 7]);
  }
  return spans;
}

test('merge draws every span that is long enough, and what lies between as one', () => {
  const { spans } = dataOf([[[0, 100, 0], [100, 101, 1], [101, 102, 0], [102, 103, 1], [103, 300, 2], [300, 301, 1]]]);
  assert.deepEqual(Timelines.merge(spans, 0, 6, 10), [
    { start: 0, end: 100, span: 0, count: 1 }, { start: 100, end: 103, span: -1, count: 3 },
    { start: 103, end: 300, span: 4, count: 1 }, { start: 300, end: 301, span: 5, count: 1 },
  ]);
});

test('merge does not bridge a gap that can be seen', () => {
  const { spans } = dataOf([[[0, 1, 0], [500, 501, 0]]]);
  assert.equal(Timelines.merge(spans, 0, 2, 10).length, 2);
});

test('barsOf never gives more than 1,500 bars, and loses no span', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const data = dataOf([random(20_000, seed), random(20_000, seed + 100), random(3, seed)]);
    for (const [from, to] of [[0, data.end], [data.end / 3, data.end / 2], [1000, 2000], [0, 10]]) {
      const bars = Timelines.barsOf(data, data.lanes, from, to);
      assert.ok(bars.flat().length <= 1500);
      bars.forEach((own, lane) => {
        const [first, count] = data.lanes[lane].spans;
        let seen = 0;
        for (let i = first; i < first + count; i++)
          seen += data.spans.end[i] > from && data.spans.start[i] <= to ? 1 : 0;
        assert.equal(own.reduce((sum, bar) => sum + bar.count, 0), seen);
        own.slice(1).forEach((bar, i) => assert.ok(own[i].end <= bar.start));
      });
    }
  }
});

test('barsOf draws up to a thousand spans as they are, however short', () => {
  const data = dataOf([random(1000, 5)]);
  assert.equal(Timelines.barsOf(data, data.lanes, 0, data.end)[0].length, 1000);
});

test('workShares add up to the time worked', () => {
  const data = dataOf([random(500, 9)]);
  const shares = Timelines.workShares(data.spans, 0, 500, 0, data.end, 37);
  let worked = 0;
  for (let i = 0; i < 500; i++)
    worked += data.spans.state[i] === 0 ? data.spans.end[i] - data.spans.start[i] : 0;
  assert.ok(Math.abs(shares.reduce((a, b) => a + b, 0) * data.end / 37 - worked) < 1e-6 * data.end);
});

test('overviewOf shows in each column what was done longest', () => {
  const data = dataOf([[[0, 70, 0], [70, 100, 1], [100, 110, 0], [110, 200, 2]]]);
  const { state, share } = Timelines.overviewOf(data, data.lanes[0], 2);
  assert.deepEqual([[...state], [...share]], [[0, 2], [0.7, 0.9]]);
});

test('ticks stand on round numbers within the view', () => {
  assert.deepEqual(Timelines.ticks(0, 0.8, 9).map(t => t.label), ['0', '0.1', '0.2', '0.3', '0.4', '0.5', '0.6', '0.7', '0.8']);
  assert.deepEqual(Timelines.ticks(12.34, 12.37, 4).map(t => t.label), ['12.34', '12.35', '12.36', '12.37']);
  assert.deepEqual(Timelines.ticks(100, 5000, 5).map(t => t.label), ['1000', '2000', '3000', '4000', '5000']);
});

test('stopsOf goes through states and marks in the order of time, a mark before the state that it begins', () => {
  const data = dataOf([[[0, 10, 1], [10, 30, 0]]], [[[10, 1], [30, 0]]]);
  assert.deepEqual(Timelines.stopsOf(data, data.lanes[0]), [
    { isSpan: true, index: 0 }, { isSpan: false, index: 0 }, { isSpan: true, index: 1 }, { isSpan: false, index: 1 },
  ]);
});

test('spanWords and pointWords say what, when, and who woke', () => {
  const data = dataOf([[[0, 10, 0, 1], [10, 12, 1, 0, 3], [12, 1012, 0x80, 2]]], [[[10, 1, 1]]]);
  assert.equal(Timelines.spanWords(data, 0), 'working on item 7, 0.000–0.010 s (10 ms)');
  assert.equal(Timelines.spanWords(data, 1), 'iteming, 0.010–0.012 s (2 ms), woken by P');
  assert.equal(Timelines.spanWords(data, 2), 'working on make 12, cut short by cancellation, 0.012–1.012 s (1000 ms)');
  assert.equal(Timelines.pointWords(data, 0), 'took item 7, 0.010 s');
});

test('labelOf shortens work to its number', () => {
  assert.deepEqual(['item 7', 'make 12', 'item salt', 'brew', ''].map(Timelines.labelOf), ['7', '12', 'salt', 'brew', '']);
});
