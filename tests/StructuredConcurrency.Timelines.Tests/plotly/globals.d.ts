// What the page's script finds when it runs: plotly.js on a page, Node's module in a test.
declare const Plotly: any;
declare const module: { exports: unknown } | undefined;
