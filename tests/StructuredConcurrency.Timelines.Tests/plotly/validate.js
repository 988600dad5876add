// Reads figures from standard input, an array of {name, figure} and asks plotly.js whether each is valid.
// Writes one line of JSON: the version asked, and what is wrong with which figure.
'use strict';

const { JSDOM } = require('jsdom');
const fs = require('node:fs');

const { window } = new JSDOM('<!DOCTYPE html><div id="plot"></div>', { pretendToBeVisual: true });

// What a browser has, jsdom lacks, and plotly asks for on loading.
window.URL.createObjectURL = () => '';
window.matchMedia = window.matchMedia || (() => ({ matches: false, addListener() {}, addEventListener() {} }));
window.HTMLCanvasElement.prototype.getContext = () => null;
for (const name of ['window', 'document', 'navigator', 'self', 'Element', 'HTMLElement', 'Node', 'DOMParser', 'getComputedStyle', 'requestAnimationFrame'])
  Object.defineProperty(globalThis, name, { value: name === 'self' ? window : window[name], configurable: true, writable: true });
globalThis.window = window;

const Plotly = require('plotly.js-dist-min');

const wrong = [];
for (const { name, figure } of JSON.parse(fs.readFileSync(0, 'utf8'))) {
  try {
    const problems = Plotly.validate(figure.data, figure.layout);
    if (problems !== undefined)
      wrong.push({ name, problems: problems.map(p => p.msg) });
  } catch (error) {
    wrong.push({ name, problems: [String(error.stack).slice(0, 400)] });
  }
}

process.stdout.write(JSON.stringify({ version: Plotly.version, wrong }) + '\n');
process.exit(0);
