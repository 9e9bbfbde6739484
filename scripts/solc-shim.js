#!/usr/bin/env node
// The npm package `solc` behind the command line of the native compiler, as far as py-solc-x, crytic-compile and forge use it:
// `--version`, and `--standard-json` on stdin with every source inlined. The package's own `solcjs` prints other things on stdout first.
"use strict";
const fs = require("fs");
const path = require("path");

const soljson = process.env.TOKENKIT_SOLJSON || path.join(__dirname, "..", "node_modules", "solc", "soljson.js");
const compiler = require(soljson);
process.removeAllListeners("uncaughtException"); // soljson's own handler swallows the message

if (process.argv.includes("--version")) {
  const build = compiler.cwrap("solidity_version", "string", [])().replace(".Emscripten.clang", ".Linux.g++");
  process.stdout.write("solc, the solidity compiler commandline interface (WebAssembly)\nVersion: " + build + "\n");
} else {
  const compile = compiler.cwrap("solidity_compile", "string", ["string", "number", "number"]);
  const output = Buffer.from(compile(fs.readFileSync(0, "utf8"), 0, 0), "utf8");
  for (let sent = 0; sent < output.length; ) sent += fs.writeSync(1, output, sent);
}
