// @ts-check
// The script of a timeline's page. It lets the keyboard walk through every lane and event, and draws what is in view where a log has too
// many states to draw them all. No text of the log is ever read as markup: it only becomes text nodes.
'use strict';

/**
 * @typedef {{ name: string, depth: number, scope: boolean, start: number, end: number, ended: boolean, endsIn: number, plain: string, stressed: string,
 *   words: string, spans: [number, number], points: [number, number] }} Lane
 * @typedef {{ start: Uint32Array, end: Uint32Array, state: Uint8Array, item: Uint32Array, by: Uint32Array }} Spans
 * @typedef {{ time: Uint32Array, kind: Uint8Array, text: Uint32Array }} Points
 * @typedef {{ name: string, top: number, capacity: number | null, time: Uint32Array, depth: Uint32Array }} Queue
 * @typedef {{ time: number, label: string, lane: number, last: number }} Request
 * @typedef {{ left: number, right: number, top: number, middles: number[], strips: number[], axis: number, clock: string }} Frame
 * @typedef {{ id: string, end: number, unit: number, events: number, zooms: boolean, frame: Frame, names: string[], states: { key: string, words: string,
 *   colour: string, pattern: boolean }[], kinds: string[], lanes: Lane[], spans: Spans, points: Points, queues: Queue[], requests: Request[] }} Data
 * @typedef {{ start: number, end: number, span: number, count: number }} Bar A bar of one span, or with `span` -1 of a run of short ones.
 * @typedef {{ isSpan: boolean, index: number }} Stop
 */

const Timelines = (() => {
  // The same bounds as in BarMerger.cs.
  const mostSpans = 1000, mostBars = 1500, steps = 400;
  const mostMarks = 150, overviewFrom = 100_000;
  const cutShort = 0x80, stateBits = 0x7f;
  const taskBar = 24, scopeBar = 10, stripHeight = 58, mostTints = 4, workState = 0, unspecified = 7;
  const put = 0, get = 1, itemDone = 2, cancelRequested = 3, cancelObserved = 4, failure = 5;

  /** @param {string} text @returns {Uint8Array<ArrayBuffer>} */
  function bytes(text) {
    const raw = atob(text), all = new Uint8Array(raw.length);
    for (let i = 0; i < raw.length; i++)
      all[i] = raw.charCodeAt(i);
    return all;
  }

  /** @param {string} text */
  const numbers = text => new Uint32Array(bytes(text).buffer);

  /** What the page holds, its packed columns as arrays. @param {any} packed @returns {Data} */
  function unpack(packed) {
    return {
      ...packed,
      spans: { start: numbers(packed.spans.start), end: numbers(packed.spans.end), state: bytes(packed.spans.state), item: numbers(packed.spans.item), by: numbers(packed.spans.by) },
      points: { time: numbers(packed.points.time), kind: bytes(packed.points.kind), text: numbers(packed.points.text) },
      queues: packed.queues.map((/** @type {any} */ q) => ({ ...q, time: numbers(q.time), depth: numbers(q.depth) })),
    };
  }

  /** The first place in a sorted stretch whose value is above a limit. @param {Uint32Array} sorted @param {number} low @param {number} high @param {number} limit */
  function firstAbove(sorted, low, high, limit) {
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle] > limit)
        high = middle;
      else
        low = middle + 1;
    }
    return low;
  }

  /** Places of the spans of a lane that lie in view. @param {Spans} spans @param {Lane} lane @param {number} from @param {number} to @returns {[number, number]} */
  function inView(spans, lane, from, to) {
    const low = lane.spans[0], high = low + lane.spans[1];
    return [firstAbove(spans.end, low, high, from), firstAbove(spans.start, low, high, to)];
  }

  /** Spans as bars: runs of those shorter than `shortest` become one. @param {Spans} spans @param {number} low @param {number} high @param {number} shortest @returns {Bar[]} */
  function merge(spans, low, high, shortest) {
    /** @type {Bar[]} */
    const bars = [];
    /** @type {Bar | null} */
    let run = null;
    for (let i = low; i < high; i++) {
      const start = spans.start[i], end = spans.end[i];
      if (end - start >= shortest) {
        run = null;
        bars.push({ start, end, span: i, count: 1 });
      } else if (run && start - run.end < shortest) {
        run.end = end;
        run.count++;
        run.span = -1;
      } else {
        run = { start, end, span: i, count: 1 };
        bars.push(run);
      }
    }
    return bars;
  }

  /** Bars of every lane shown, of all together at most 1,500. @param {Data} data @param {Lane[]} lanes @param {number} from @param {number} to @returns {Bar[][]} */
  function barsOf(data, lanes, from, to) {
    const places = lanes.map(lane => inView(data.spans, lane, from, to));
    let shortest = places.reduce((sum, [low, high]) => sum + high - low, 0) > mostSpans ? (to - from) / steps : 0;
    for (;; shortest *= 2) {
      const bars = places.map(([low, high]) => merge(data.spans, low, high, shortest));
      if (shortest === 0 || shortest >= to - from || bars.reduce((sum, own) => sum + own.length, 0) <= mostBars)
        return bars;
    }
  }

  /** How much of each step of a stretch is work. @param {Spans} spans @param {number} low @param {number} high @param {number} from @param {number} to @param {number} count */
  function workShares(spans, low, high, from, to, count) {
    const shares = new Float64Array(count), step = (to - from) / count;
    for (let i = low; i < high; i++) {
      if ((spans.state[i] & stateBits) !== workState)
        continue;
      const start = Math.max(spans.start[i], from), end = Math.min(spans.end[i], to);
      const last = Math.min(count - 1, Math.floor((end - from) / step));
      for (let k = Math.floor((start - from) / step); k <= last; k++)
        shares[k] += Math.max(0, Math.min(end, from + (k + 1) * step) - Math.max(start, from + k * step)) / step;
    }
    return shares;
  }

  /** For each column of the whole run the state that a lane was in longest, and for how much of it. @param {Data} data @param {Lane} lane @param {number} columns */
  function overviewOf(data, lane, columns) {
    const { spans } = data, states = data.states.length, width = Math.max(data.end, 1) / columns;
    const times = new Float64Array(columns * states);
    for (let i = lane.spans[0]; i < lane.spans[0] + lane.spans[1]; i++) {
      const start = spans.start[i], end = spans.end[i], state = spans.state[i] & stateBits;
      const last = Math.min(columns - 1, Math.floor(end / width));
      for (let k = Math.floor(start / width); k <= last; k++)
        times[k * states + state] += Math.max(0, Math.min(end, (k + 1) * width) - Math.max(start, k * width));
    }
    const state = new Uint8Array(columns), share = new Float64Array(columns);
    for (let k = 0; k < columns; k++) {
      for (let s = 0; s < states; s++) {
        if (times[k * states + s] > share[k] * width) {
          share[k] = times[k * states + s] / width;
          state[k] = s;
        }
      }
    }
    return { state, share };
  }

  /** Round numbers for an axis, at most so many. @param {number} from @param {number} to @param {number} most seconds */
  function ticks(from, to, most) {
    const power = Math.pow(10, Math.floor(Math.log10((to - from) / most)));
    const step = [1, 2, 5, 10].map(f => f * power).find(s => (to - from) / s <= most + 1e-9) ?? power * 10;
    const decimals = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
    const all = [];
    for (let k = Math.ceil(from / step - 1e-9); k * step <= to + step * 1e-6; k++)
      all.push({ at: k * step, label: k === 0 ? '0' : (k * step).toFixed(Math.min(decimals, 9)) });
    return all;
  }

  /** States and marks of a lane in the order of their beginning. @param {Data} data @param {Lane} lane @returns {Stop[]} */
  function stopsOf(data, lane) {
    const [s, spanCount] = lane.spans, [p, pointCount] = lane.points;
    /** @type {Stop[]} */
    const stops = [];
    for (let i = s, j = p; i < s + spanCount || j < p + pointCount;) {
      const isSpan = j === p + pointCount || i < s + spanCount && data.spans.start[i] < data.points.time[j];
      stops.push({ isSpan, index: isSpan ? i++ : j++ });
    }
    return stops;
  }

  /** @param {Data} data @param {number} time */
  const seconds = (data, time) => (time * data.unit).toFixed(3);

  /** @param {Data} data @param {number} time */
  function milliseconds(data, time) {
    const ms = time * data.unit * 1000;
    return (ms >= 10 ? ms.toFixed(0) : ms >= 1 ? String(+ms.toFixed(1)) : String(+ms.toFixed(3))) + ' ms';
  }

  /** A span in words. @param {Data} data @param {number} i */
  function spanWords(data, i) {
    const { spans, names } = data, state = data.states[spans.state[i] & stateBits];
    const item = names[spans.item[i]], by = names[spans.by[i]];
    return (item ? `working on ${item}` : state.words) + (spans.state[i] & cutShort ? ', cut short by cancellation' : '')
      + `, ${seconds(data, spans.start[i])}–${seconds(data, spans.end[i])} s (${milliseconds(data, spans.end[i] - spans.start[i])})` + (by ? `, woken by ${by}` : '');
  }

  /** A mark in words. @param {Data} data @param {number} j */
  function pointWords(data, j) {
    const text = data.names[data.points.text[j]];
    return data.kinds[data.points.kind[j]] + (text ? ` ${text}` : '') + `, ${seconds(data, data.points.time[j])} s`;
  }

  /** What stands on a bar of work: of a name like «make 7» the number. @param {string} item */
  const labelOf = item => /(?:^| )(\d+)$/.exec(item)?.[1] ?? item.replace(/^item /, '');

  /** The view of a page, and what the keyboard is on. */
  class Page {
    /** @param {Data} data @param {HTMLElement} root */
    constructor(data, root) {
      this.data = data;
      this.root = root;
      this.from = 0;
      this.to = Math.max(data.end, 1);
      this.firstLane = 0;
      this.lane = -1;
      this.stop = -1;
      /** @type {Map<number, Stop[]>} */
      this.stops = new Map();
      this.body = /** @type {SVGGElement} */ (root.querySelector('.tl-body'));
      this.live = /** @type {HTMLElement} */ (root.querySelector('.live'));
      /** @type {(() => void) | null} */
      this.onFocus = null;
    }

    get rows() { return this.data.frame.middles.length; }

    get shown() { return this.data.lanes.slice(this.firstLane, this.firstLane + this.rows); }

    /** @param {number} time */
    x(time) {
      const { left, right } = this.data.frame;
      return left + Math.min(1, Math.max(0, (time - this.from) / (this.to - this.from))) * (right - left);
    }

    /** @param {number} lane */
    stopsAt(lane) {
      let stops = this.stops.get(lane);
      if (!stops)
        this.stops.set(lane, stops = stopsOf(this.data, this.data.lanes[lane]));
      return stops;
    }

    /** The stretch of time that the keyboard is on. @returns {[number, number]} */
    get span() {
      const lane = this.data.lanes[this.lane], stop = this.stop < 0 ? undefined : this.stopsAt(this.lane)[this.stop];
      return !stop ? [lane.start, lane.end]
        : stop.isSpan ? [this.data.spans.start[stop.index], this.data.spans.end[stop.index]]
        : [this.data.points.time[stop.index], this.data.points.time[stop.index]];
    }

    say() {
      const { data } = this, lane = data.lanes[this.lane];
      if (this.stop < 0) {
        this.live.textContent = `Lane ${this.lane + 1} of ${data.lanes.length}. ${lane.words}`;
        return;
      }
      const stops = this.stopsAt(this.lane), stop = stops[this.stop];
      this.live.textContent = `${lane.name}, ${this.stop + 1} of ${stops.length}: ${stop.isSpan ? spanWords(data, stop.index) : pointWords(data, stop.index)}`;
    }

    /** @param {number} lane @param {number} stop */
    go(lane, stop) {
      const { data } = this;
      if (data.lanes.length === 0)
        return;
      this.lane = Math.min(Math.max(lane, 0), data.lanes.length - 1);
      this.stop = Math.min(Math.max(stop, -1), this.stopsAt(this.lane).length - 1);
      if (data.zooms) {
        if (this.lane < this.firstLane || this.lane >= this.firstLane + this.rows)
          this.firstLane = Math.min(Math.max(0, this.lane - (this.rows >> 1)), Math.max(0, data.lanes.length - this.rows));
        this.bringIntoView();
        this.draw();
      } else {
        this.mark();
      }
      this.say();
      this.onFocus?.();
    }

    /** What the keyboard is on must be seen: wide enough, and not at the edge. */
    bringIntoView() {
      if (this.stop < 0)
        return;
      const [start, end] = this.span, { left, right } = this.data.frame;
      const narrow = end > start && (end - start) / (this.to - this.from) * (right - left) < 6;
      const width = narrow ? (end - start) * 40 : this.to - this.from;
      if (narrow || start < this.from || end > this.to && start > this.from + width / 2)
        this.show((start + end) / 2 - width / 2, (start + end) / 2 + width / 2);
    }

    /** @param {number} from @param {number} to */
    show(from, to) {
      const whole = Math.max(this.data.end, 1), width = Math.min(whole, Math.max(to - from, 10));
      this.from = Math.min(Math.max(0, from), whole - width);
      this.to = this.from + width;
    }

    /** @param {number} factor @param {number} [at] */
    zoom(factor, at) {
      const width = this.to - this.from, [start, end] = this.lane < 0 || this.stop < 0 ? [this.from, this.to] : this.span;
      const centre = at ?? Math.min(Math.max((start + end) / 2, this.from), this.to);
      const left = centre - (centre - this.from) * factor;
      this.show(left, left + width * factor);
      this.draw();
    }

    /** @param {number} share */
    pan(share) {
      const by = (this.to - this.from) * share;
      this.show(this.from + by, this.to + by);
      this.draw();
    }

    /** @param {KeyboardEvent} event */
    key(event) {
      if (event.ctrlKey || event.altKey || event.metaKey)
        return;
      const lane = Math.max(this.lane, 0);
      /** @type {Record<string, () => void>} */
      const keys = {
        ArrowDown: () => this.go(this.lane + 1, -1),
        ArrowUp: () => this.go(this.lane - 1, -1),
        PageDown: () => this.go(lane + 10, -1),
        PageUp: () => this.go(lane - 10, -1),
        ArrowRight: () => this.go(lane, this.stop + 1),
        ArrowLeft: () => this.go(lane, this.stop - 1),
        Home: () => this.go(lane, 0),
        End: () => this.go(lane, this.stopsAt(lane).length - 1),
      };
      if (this.data.zooms) {
        keys['+'] = keys['='] = () => this.zoom(0.5);
        keys['-'] = () => this.zoom(2);
        keys['0'] = () => { this.show(0, this.data.end); this.draw(); };
      }
      if (keys[event.key]) {
        event.preventDefault();
        keys[event.key]();
      }
    }

    /** @param {string} name @param {Record<string, string | number>} attributes @param {string} [text] @param {Element} [into] */
    add(name, attributes, text, into) {
      const made = document.createElementNS('http://www.w3.org/2000/svg', name);
      for (const key in attributes)
        made.setAttribute(key, typeof attributes[key] === 'number' ? String(Math.round(/** @type {number} */ (attributes[key]) * 100) / 100) : /** @type {string} */ (attributes[key]));
      if (text)
        (name === 'text' ? made : made.appendChild(document.createElementNS('http://www.w3.org/2000/svg', 'title'))).textContent = text;
      return (into ?? this.body).appendChild(made);
    }

    /** A frame around what the keyboard is on. */
    mark() {
      this.body.querySelector('.tl-focus')?.remove();
      const row = this.lane - this.firstLane;
      if (this.lane < 0 || row < 0 || row >= this.rows)
        return;
      const [start, end] = this.span, middle = this.data.frame.middles[row], left = this.x(start);
      const half = this.stop < 0 || this.data.lanes[this.lane].scope ? 15 : 17;
      this.add('rect', { class: 'tl-focus', x: left - 5, y: middle - half, width: this.x(end) - left + 10, height: 2 * half, rx: 3 });
    }

    /** Draws what is in view. */
    draw() {
      const { data, from, to } = this, { frame } = data, lanes = this.shown;
      this.body.replaceChildren();
      for (const tick of ticks(from * data.unit, to * data.unit, 9)) {
        const x = this.x(tick.at / data.unit);
        this.add('path', { class: 'tl-grid', d: `M${x} ${frame.top}V${frame.axis}` });
        this.add('path', { class: 'tl-line', d: `M${x} ${frame.axis}v5` });
        this.add('text', { class: 'tl-mid', x, y: frame.axis + 21 }, tick.label);
      }
      this.add('path', { class: 'tl-line', d: `M${frame.left} ${frame.axis}H${frame.right}` });
      this.add('text', { class: 'tl-quiet', x: frame.right + 24, y: frame.axis + 21 }, frame.clock);
      lanes.forEach((lane, row) => this.ground(lane, row, lanes));
      data.queues.forEach((queue, i) => this.strip(queue, frame.strips[i]));
      const bars = barsOf(data, lanes, from, to);
      lanes.forEach((lane, row) => this.row(lane, frame.middles[row], bars[row]));
      this.requests();
      this.points(lanes);
      this.mark();
      this.root.querySelector('.view')?.replaceChildren(`${seconds(data, from)}–${seconds(data, to)} s`
        + (data.lanes.length > this.rows ? `, lanes ${this.firstLane + 1}–${this.firstLane + lanes.length} of ${data.lanes.length}` : ''));
      const brush = /** @type {HTMLElement | null} */ (this.root.querySelector('.brush'));
      if (brush) {
        brush.style.left = `${100 * from / data.end}%`;
        brush.style.width = `${100 * (to - from) / data.end}%`;
      }
    }

    /** A scope is a tinted field that holds all its children. @param {Lane} lane @param {number} row @param {Lane[]} lanes */
    ground(lane, row, lanes) {
      if (!lane.scope || lane.end < this.from || lane.start > this.to)
        return;
      const { middles } = this.data.frame, below = lanes.findIndex((other, i) => i > row && other.depth <= lane.depth), last = below < 0 ? lanes.length - 1 : below - 1;
      const top = middles[row] - scopeBar / 2, low = last === row ? top + scopeBar : middles[last] + (lanes[last].scope ? 8 : 22);
      if (lane.depth < mostTints)
        this.add('rect', { class: 'tl-scope-ground', x: this.x(lane.start), y: top, width: Math.max(this.x(lane.end) - this.x(lane.start), 0.8), height: low - top });
      if (lane.ended && lane.end <= this.to)
        this.add('path', { class: 'tl-scope-end', d: `M${this.x(lane.end)} ${top}V${low}` });
    }

    /** @param {Lane} lane @param {number} middle @param {Bar[]} bars */
    row(lane, middle, bars) {
      const { data } = this, height = lane.scope ? scopeBar : taskBar;
      this.add('text', { class: lane.scope ? 'tl-scope-name' : 'tl-name', x: 24 + 18 * Math.min(lane.depth, 6), y: middle + 5.5 }, lane.name);
      if (lane.plain || lane.stressed) {
        const note = this.add('text', { class: lane.scope ? 'tl-quiet' : 'tl-text', x: data.frame.right + 16, y: middle + 5.5 }, lane.plain + (lane.plain && lane.stressed ? ' · ' : ''));
        if (lane.stressed)
          this.add('tspan', { class: 'tl-stress' }, undefined, note).textContent = lane.stressed;
      }
      if (lane.end < this.from || lane.start > this.to)
        return;
      if (lane.scope)
        this.add('rect', { class: 'tl-scope', x: this.x(lane.start), y: middle - height / 2, width: Math.max(this.x(lane.end) - this.x(lane.start), 0.8), height }, lane.words);
      for (const bar of bars)
        this.bar(lane, middle, height, bar);
      if (lane.ended || lane.end > this.to)
        return;
      let x = this.x(lane.end);
      if (lane.endsIn >= 0) {
        this.add('rect', { ...this.fill(lane.endsIn), x, y: middle - height / 2, width: 11, height }, `${lane.name}: ${data.states[lane.endsIn].words} when the log ends`);
        x += 11;
      }
      this.add('path', { class: 'tl-torn', d: `M${x + 1} ${middle - 13}l-7 4l6 5l-8 5l8 5l-7 4l7 4h2v-27z` });
    }

    /** @param {Lane} lane @param {number} middle @param {number} height @param {Bar} bar */
    bar(lane, middle, height, bar) {
      const { data } = this, { spans } = data, x = this.x(bar.start), width = Math.max(this.x(bar.end) - x, 0.8);
      if (bar.span < 0) {
        const tip = `${lane.name}: ${bar.count} short states, ${seconds(data, bar.start)}–${seconds(data, bar.end)} s: zoom in`;
        this.add('rect', { class: 'tl-many', x, y: middle - height / 2, width, height }, tip);
        const count = Math.max(1, Math.round(width / 2)), start = Math.max(bar.start, this.from), end = Math.min(bar.end, this.to);
        const [low, high] = inView(spans, lane, start, end);
        let d = `M${x} ${middle + height / 2}`;
        workShares(spans, low, high, start, end, count).forEach((share, k) => d += `V${(middle + height / 2 - Math.min(share, 1) * height).toFixed(1)}H${(x + (k + 1) * width / count).toFixed(1)}`);
        this.add('path', { class: 'tl-s-work', 'pointer-events': 'none', d: `${d}V${middle + height / 2}z` });
        return;
      }
      const state = spans.state[bar.span] & stateBits, low = state === unspecified ? height / 3 : height;
      const gap = state === workState && width > 4 ? 1 : 0;
      this.add('rect', { ...this.fill(state), x, y: middle - low / 2, width: width - gap, height: low }, `${lane.name}: ${spanWords(data, bar.span)}`);
      if (spans.state[bar.span] & cutShort)
        this.add('rect', { class: 'tl-cut', x: x + 1.5, y: middle - low / 2 + 1.5, width: Math.max(width - 3, 0.5), height: low - 3 });
      const label = lane.scope ? '' : labelOf(data.names[spans.item[bar.span]]);
      if (label && label.length * 10 + 2 < width)
        this.add('text', { class: 'tl-on-bar', x: x + width / 2, y: middle + 5.7 }, label);
    }

    /** @param {number} state @returns {Record<string, string>} */
    fill(state) {
      const look = this.data.states[state];
      return look.pattern ? { fill: `url(#${this.data.id}-${look.key})` } : { class: `tl-s-${look.key}` };
    }

    requests() {
      const { data } = this, { frame } = data;
      let free = -Infinity;
      for (const request of data.requests) {
        const last = request.last - this.firstLane;
        if (request.time < this.from || request.time > this.to || last < 0 || request.lane >= this.firstLane + this.rows)
          continue;
        const x = this.x(request.time), half = request.label.length * 4.8;
        if (x - half < free)
          continue;
        free = x + half + 12;
        this.add('path', { class: 'tl-red', d: `M${x} ${frame.top - 2}V${last >= this.rows - 1 ? frame.axis : frame.middles[last] + taskBar / 2 + 4}` });
        this.add('text', { class: 'tl-red-text tl-mid', x: Math.min(Math.max(x, 24 + half), 1088 - half), y: frame.top - 8 }, request.label);
      }
    }

    /** @param {Lane[]} lanes */
    points(lanes) {
      const { data } = this, { time, kind } = data.points;
      const places = lanes.map(lane => [firstAbove(time, lane.points[0], lane.points[0] + lane.points[1], this.from - 1), firstAbove(time, lane.points[0], lane.points[0] + lane.points[1], this.to)]);
      const crowded = places.reduce((sum, [low, high]) => sum + high - low, 0) > 3 * mostMarks;
      lanes.forEach((lane, row) => {
        const drawn = new Set(), middle = data.frame.middles[row], half = (lane.scope ? scopeBar : taskBar) / 2;
        for (let j = places[row][0]; j < places[row][1]; j++) {
          const x = this.x(time[j]), spot = `${kind[j]} ${Math.round(x)}`;
          if (crowded && (kind[j] <= itemDone || drawn.has(spot)))
            continue;
          drawn.add(spot);
          this.point(kind[j], x, middle, half, `${lane.name}: ${pointWords(data, j)}`);
        }
      });
    }

    /** @param {number} kind @param {number} x @param {number} middle @param {number} half @param {string} tip */
    point(kind, x, middle, half, tip) {
      const top = middle - half;
      if (kind === put)
        this.add('path', { class: 'tl-put', d: `M${x - 4.5} ${top - 1}h9l-4.5 -7z` }, tip);
      else if (kind === get)
        this.add('path', { class: 'tl-get', d: `M${x - 4} ${top - 7.5}h8l-4 6.5z` }, tip);
      else if (kind === itemDone)
        this.add('circle', { class: 'tl-done', cx: x, cy: middle + half + 4.5, r: 2.3 }, tip);
      else if (kind === cancelRequested)
        this.add('path', { class: 'tl-red-fill', d: `M${x - 3} ${middle - 7}h6l4 4v6l-4 4h-6l-4 -4v-6z` }, tip);
      else if (kind === cancelObserved) {
        const d = `M${x - 6} ${middle - 6}l12 12m0 -12l-12 12`, cross = this.add('g', {}, tip);
        this.add('path', { class: 'tl-x-halo', d }, undefined, cross);
        this.add('path', { class: 'tl-x', d }, undefined, cross);
      } else if (kind === failure)
        this.add('path', { class: 'tl-red-fill', d: `M${x} ${middle - 14}l4 10l10 4l-10 4l-4 10l-4 -10l-10 -4l10 -4z` }, tip);
      else
        this.add('path', { class: 'tl-remark', d: `M${x} ${top - 9}l5 5l-5 5l-5 -5z` }, tip);
    }

    /** Depth over time: where many steps fall on one pixel, the largest. @param {Queue} queue @param {number} top */
    strip(queue, top) {
      const { left, right } = this.data.frame, bottom = top + stripHeight, scale = stripHeight / queue.top;
      this.add('text', { class: 'tl-name', x: 24, y: top + stripHeight / 2 - 2 }, queue.name);
      this.add('text', { class: 'tl-quiet', x: 24, y: top + stripHeight / 2 + 17 }, 'depth');
      this.add('text', { class: 'tl-quiet tl-end', x: left - 8, y: bottom + 1 }, '0');
      this.add('text', { class: 'tl-quiet tl-end', x: left - 8, y: top + 6 }, String(queue.top));
      let next = firstAbove(queue.time, 0, queue.time.length, this.from);
      const dense = firstAbove(queue.time, next, queue.time.length, this.to) - next > 700;
      let depth = next > 0 ? queue.depth[next - 1] : 0, d = `M${left} ${bottom}V${bottom - depth * scale}`;
      for (let x = left; next < queue.time.length && queue.time[next] <= this.to;) {
        let largest = 0;
        x = Math.max(x, this.x(queue.time[next]));
        for (; next < queue.time.length && queue.time[next] <= this.to && this.x(queue.time[next]) < x + 1; next++)
          largest = Math.max(largest, depth = queue.depth[next]);
        d += `H${x.toFixed(1)}V${(bottom - largest * scale).toFixed(1)}`;
        if (depth !== largest) {
          x = Math.min(x + 1, right);
          d += `H${x.toFixed(1)}V${(bottom - depth * scale).toFixed(1)}`;
        }
      }
      this.add('path', { class: dense ? 'tl-depth tl-dense' : 'tl-depth', d: `${d}H${right}V${bottom}z` });
      if (queue.capacity !== null) {
        this.add('path', { class: 'tl-cap', d: `M${left} ${bottom - queue.capacity * scale}H${right}` });
        this.add('text', { class: 'tl-quiet', x: right + 16, y: bottom - queue.capacity * scale + 5.5 }, `capacity ${queue.capacity}`);
      }
    }

    /** The whole run in one strip of cells: in each the colour of what the lane did longest. @param {HTMLCanvasElement} canvas */
    overview(canvas) {
      const { data } = this, columns = 800, rows = Math.min(data.lanes.length, 240), pen = canvas.getContext('2d');
      canvas.width = columns;
      canvas.height = rows;
      canvas.style.height = `${Math.min(Math.max(rows * 8, 24), 240)}px`;
      if (!pen)
        return;
      for (let row = 0; row < rows; row++) {
        const lane = data.lanes[Math.floor(row * data.lanes.length / rows)];
        if (lane.scope) {
          pen.globalAlpha = 0.5;
          pen.fillStyle = '#9bd0f0';
          pen.fillRect(columns * lane.start / data.end, row, columns * (lane.end - lane.start) / data.end, 1);
        }
        const cells = overviewOf(data, lane, columns);
        for (let k = 0; k < columns; k++) {
          if (cells.share[k] === 0)
            continue;
          pen.globalAlpha = 0.25 + 0.75 * cells.share[k];
          pen.fillStyle = data.states[cells.state[k]].colour;
          pen.fillRect(k, row, 1, 1);
        }
      }
    }

    /** Buttons, wheel, drag, and above many events the overview: only where there is more than the eye can take in at once. */
    zooming() {
      const { data, root } = this, controls = /** @type {HTMLElement} */ (root.querySelector('.controls'));
      controls.hidden = false;
      for (const said of root.querySelectorAll('.tl-static')) // of the drawing without this script only
        said.remove();
      /** @type {Record<string, () => void>} */
      const actions = {
        in: () => this.zoom(0.5), out: () => this.zoom(2), whole: () => { this.show(0, data.end); this.draw(); }, earlier: () => this.pan(-0.5), later: () => this.pan(0.5),
        above: () => this.scroll(-this.rows), below: () => this.scroll(this.rows),
      };
      for (const button of controls.querySelectorAll('button')) {
        button.addEventListener('click', () => actions[button.dataset.does ?? '']?.());
        button.hidden = data.lanes.length <= this.rows && /above|below/.test(button.dataset.does ?? '');
      }
      const drawing = /** @type {SVGSVGElement} */ (this.body.ownerSVGElement);
      const timeAt = (/** @type {number} */ clientX) => {
        const box = drawing.getBoundingClientRect(), x = (clientX - box.left) / box.width * 1100;
        return this.from + (x - data.frame.left) / (data.frame.right - data.frame.left) * (this.to - this.from);
      };
      drawing.addEventListener('wheel', event => { // with Ctrl, as a page is zoomed; the bare wheel scrolls the page
        if (event.ctrlKey) {
          event.preventDefault();
          this.zoom(event.deltaY < 0 ? 0.7 : 1 / 0.7, timeAt(event.clientX));
        }
      }, { passive: false });
      drawing.addEventListener('pointerdown', down => {
        const at = timeAt(down.clientX);
        const move = (/** @type {PointerEvent} */ event) => {
          const by = at - timeAt(event.clientX);
          this.show(this.from + by, this.to + by);
          this.draw();
        };
        drawing.setPointerCapture(down.pointerId);
        drawing.addEventListener('pointermove', move);
        drawing.addEventListener('pointerup', () => drawing.removeEventListener('pointermove', move), { once: true });
      });
      const overview = /** @type {HTMLElement} */ (root.querySelector('.overview'));
      if (data.events > overviewFrom) {
        overview.hidden = false;
        this.overview(/** @type {HTMLCanvasElement} */ (overview.querySelector('canvas')));
        overview.addEventListener('pointerdown', event => {
          const box = overview.getBoundingClientRect(), at = (event.clientX - box.left) / box.width * data.end, width = Math.min(this.to - this.from, data.end / 10);
          this.show(at - width / 2, at + width / 2);
          this.draw();
        });
      }
      this.draw();
    }

    /** @param {number} rows */
    scroll(rows) {
      this.firstLane = Math.min(Math.max(0, this.firstLane + rows), Math.max(0, this.data.lanes.length - this.rows));
      this.draw();
    }
  }

  /** plotly.js takes over the drawing. @param {Page} page @param {string} text The figure as JSON. */
  function plotly(page, text) {
    const plot = /** @type {HTMLElement} */ (document.getElementById('plot')), drawing = /** @type {HTMLElement} */ (document.getElementById('drawing'));
    const dark = matchMedia('(prefers-color-scheme: dark)');
    /** @type {Record<string, string>} */
    const darkColours = {
      '#fff': '#0d1117', '#000': '#fff', '#1f2328': '#e6edf3', '#57606a': '#9da7b3', '#d0d7de': '#30363d',
      '#e6eaef': '#21262d', '#b3261e': '#ff6b60', '#9bd0f0': '#2b668a', '#009E73': '#1fc795',
    };
    const draw = () => {
      const made = JSON.parse(text, (key, value) => dark.matches && /color$/.test(key) && darkColours[value] || value);
      delete made.layout.title; // the page has it already
      made.layout.height -= made.layout.margin.t - 64;
      made.layout.margin.t = 64;
      if (page.lane >= 0) { // a frame around what the keyboard is on
        const [start, end] = page.span.map(time => time * page.data.unit), slack = page.data.end * page.data.unit * 0.003;
        (made.layout.shapes ??= []).push({ type: 'rect', x0: start - slack, x1: end + slack, y0: page.lane - 0.42, y1: page.lane + 0.42, line: { color: dark.matches ? '#ffd33d' : '#8250df', width: 3 } });
      }
      return Plotly.react(plot, made.data, { ...made.layout, uirevision: 'kept' }, { responsive: true, displaylogo: false }).then(() => {
        for (const button of plot.querySelectorAll('button, a, [tabindex]')) // its buttons are for the mouse: the keyboard has our keys
          button.setAttribute('tabindex', '-1');
      });
    };
    plot.hidden = false;
    draw().then(() => { drawing.hidden = true; page.onFocus = draw; }, () => { plot.hidden = true; });
    dark.addEventListener('change', draw);
  }

  function start() {
    const root = /** @type {HTMLElement} */ (document.getElementById('explore'));
    const stage = /** @type {HTMLElement} */ (root.querySelector('.stage'));
    const page = new Page(unpack(JSON.parse(/** @type {HTMLElement} */ (document.getElementById('data')).textContent ?? '')), root);
    stage.tabIndex = 0;
    stage.setAttribute('role', 'application');
    stage.setAttribute('aria-label', 'Timeline');
    stage.setAttribute('aria-describedby', 'keys');
    /** @type {HTMLElement} */ (document.getElementById('keys')).hidden = false;
    stage.addEventListener('keydown', event => {
      if (event.target === stage)
        page.key(event);
    });
    stage.addEventListener('focus', () => {
      if (page.lane < 0 && stage.matches(':focus-visible'))
        page.go(0, -1);
    });
    if (page.data.zooms)
      page.zooming();
    return page;
  }

  return { unpack, merge, barsOf, workShares, overviewOf, ticks, stopsOf, spanWords, pointWords, labelOf, start, plotly };
})();

if (typeof module === 'object')
  module.exports = Timelines;
