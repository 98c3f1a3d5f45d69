// Copies the single-file ES modules that the page imports from node_modules to static/vendor, with their licences.
// Run as `node tools/vendor.mjs [TARGET]`; a test holds that static/vendor is what this prints.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const target = process.argv[2] ?? join(root, "static/vendor");

/** What is copied: the specifier in the import map, the package it comes from, its file there and its name here. */
const MODULES = [
  { specifier: "preact", package: "preact", from: "dist/preact.mjs", to: "preact.js" },
  { specifier: "preact/hooks", package: "preact", from: "hooks/dist/hooks.mjs", to: "preact-hooks.js" },
  { specifier: "htm", package: "htm", from: "dist/htm.module.js", to: "htm.js" },
  {
    specifier: "@preact/signals-core",
    package: "@preact/signals-core",
    from: "dist/signals-core.mjs",
    to: "signals-core.js",
  },
  { specifier: "@preact/signals", package: "@preact/signals", from: "dist/signals.mjs", to: "signals.js" },
  { specifier: "uplot", package: "uplot", from: "dist/uPlot.iife.min.js", to: "uplot.js", exports: "uPlot" },
  { specifier: null, package: "uplot", from: "dist/uPlot.min.css", to: "uplot.css" },
];

const read = (name, file) => readFileSync(join(root, "node_modules", name, file), "utf8");
const description = (name) => JSON.parse(read(name, "package.json"));

/** Strips the reference to a source map that is not served; a script that only sets a global also exports it. */
function asModule(source, exported) {
  const text = source.replace(/\s*\/\/# sourceMappingURL=.*\s*$/, "").trimEnd();
  return exported ? `${text}\nexport default ${exported};\n` : `${text}\n`;
}

function readme() {
  const rows = MODULES.map((module) => {
    const { version, license } = description(module.package);
    const specifier = module.specifier ? `\`${module.specifier}\`` : "(style sheet)";
    return `| ${specifier} | \`${module.to}\` | ${module.package} ${version} | ${license} | \`${module.from}\` |`;
  });
  return `# Vendored libraries

Copied unchanged from the packages that \`package.json\` pins, but for the source map comments, which are stripped, and the
\`export default\` that makes a module of uPlot's minified script. The licence texts are in \`licenses/\`. To take new
versions: change \`package.json\`, then \`make vendor\`.

| import | file | package | licence | file in the package |
|---|---|---|---|---|
${rows.join("\n")}
`;
}

mkdirSync(join(target, "licenses"), { recursive: true });
for (const module of MODULES) {
  writeFileSync(join(target, module.to), asModule(read(module.package, module.from), module.exports));
  const licence = `${module.package.replace("@", "").replace("/", "-")}.txt`;
  writeFileSync(join(target, "licenses", licence), `${read(module.package, "LICENSE").trimEnd()}\n`);
}
writeFileSync(join(target, "README.md"), readme());
