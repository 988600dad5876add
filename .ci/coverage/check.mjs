// Line and branch coverage of the library over several test projects; fails below the bar.
// usage: node check.mjs BAR report.cobertura.xml...
// A line's branches count as the best of the reports shows them: the true figure can only be higher.
import { readFileSync } from "node:fs";

const [bar, ...reports] = process.argv.slice(2);
const lines = new Map();
for (const report of reports) {
  const xml = readFileSync(report, "utf8");
  for (const [, attributes, body] of xml.matchAll(/<class ([^>]*)>(.*?)<\/class>/gs)) {
    const file = /filename="([^"]*)"/.exec(attributes)[1];
    for (const [, line] of body.matchAll(/<line ([^>]*)>/g)) {
      const key = `${file}:${/number="(\d+)"/.exec(line)[1]}`;
      const seen = lines.get(key) ?? { hit: false, covered: 0, branches: 0 };
      seen.hit ||= !line.includes('hits="0"');
      const branches = /\((\d+)\/(\d+)\)/.exec(line);
      if (branches) {
        seen.covered = Math.max(seen.covered, Number(branches[1]));
        seen.branches = Math.max(seen.branches, Number(branches[2]));
      }
      lines.set(key, seen);
    }
  }
}

const all = [...lines.values()];
const sum = (values) => values.reduce((total, value) => total + value, 0);
const ratio = {
  line: (100 * all.filter((line) => line.hit).length) / all.length,
  branch: (100 * sum(all.map((line) => line.covered))) / sum(all.map((line) => line.branches)),
};
for (const [kind, percent] of Object.entries(ratio)) console.log(`${kind} coverage ${percent.toFixed(1)} %`);
for (const [key, line] of lines)
  if (!line.hit || line.covered < line.branches) console.log(`  ${key}${line.branches ? ` ${line.covered} of ${line.branches} branches` : ""}`);
if (!all.length || Object.values(ratio).some((percent) => !(percent > Number(bar)))) {
  console.error(`The bar is ${bar} %.`);
  process.exitCode = 1;
}
