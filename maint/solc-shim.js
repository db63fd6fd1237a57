// Lets forge call the Solidity compiler that npm has (JavaScript) as it calls the native one: with
// `--version`, or with `--standard-json` and the sources on standard input.
"use strict";
const compiler = require("solc");

if (process.argv.includes("--version")) {
  console.log("solc, the solidity compiler commandline interface");
  console.log("Version: " + compiler.version());
} else if (process.argv.includes("--standard-json")) {
  process.stdout.write(compiler.compile(require("fs").readFileSync(0, "utf8")));
} else {
  console.error("solc: only --version and --standard-json are known here");
  process.exitCode = 1;
}
