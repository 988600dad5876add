// node check.mjs SCHEMA DEVCONTAINER: prints what the schema objects to; exit 1 if anything.
import { readFileSync } from "node:fs";
import Ajv from "ajv/dist/2019.js";
import { parse } from "jsonc-parser";

const [schemaFile, file] = process.argv.slice(2);
const errors = [];
const container = parse(readFileSync(file, "utf8"), errors, { allowTrailingComma: true });
if (errors.length > 0) {
  console.error(`${file}: not JSON with comments`, errors);
  process.exit(1);
}

const schema = JSON.parse(readFileSync(schemaFile, "utf8"));
const ajv = new Ajv.default({ allErrors: true, strict: false, logger: false });
if (!ajv.validate(schema, container)) {
  console.error(`${file}:`, ajv.errorsText(ajv.errors, { separator: "\n" }));
  process.exit(1);
}
console.log(`${file}: valid`);
