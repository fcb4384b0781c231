// Draws formulas: a line of JSON [LaTeX, options] on stdin gives a line of JSON on stdout, {html}
// or {error}.

const katex = require(process.argv[2]);

function drawn([latex, options]) {
  try {
    return { html: katex.renderToString(latex, options) };
  } catch (error) {
    return { error: error.message };
  }
}

require("node:readline")
  .createInterface({ input: process.stdin })
  .on("line", (line) => process.stdout.write(`${JSON.stringify(drawn(JSON.parse(line)))}\n`));
