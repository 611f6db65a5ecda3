// Loaded before each command (`node -r`), so that an old Node, a missing install, or a file that the system refuses is
// one line and no stack trace. Plain JavaScript of long ago: whatever runs it must be able to read it.
'use strict';
const fs = require('fs');
const path = require('path');

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (!fs.existsSync(path.join(__dirname, '../node_modules/wrangler'))) {
  stop('The packages are not installed. Run: npm ci');
}
if (major < 22 || (major === 22 && minor < 18)) {
  stop(
    `This is Node ${process.versions.node}, and Node 22.18 or newer is needed. ` +
      'npm ci installs one beside the packages, unless told to ignore install scripts: run npm ci, then the command again.',
  );
}

process.on('uncaughtException', (error) => {
  /** @type {Partial<NodeJS.ErrnoException>} */
  const { code, message, syscall } = Object(error); // anything can be thrown
  const isForPeople = syscall !== undefined || String(code).startsWith('ERR_PARSE_ARGS');
  console.error(isForPeople ? message : error);
  process.exit(1);
});

// Whoever reads may stop, as `head` does: what was begun is done all the same.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (/** @type {NodeJS.ErrnoException} */ error) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

/** @param {string} why */
function stop(why) {
  console.error(why);
  process.exit(1);
}
