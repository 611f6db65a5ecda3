// Loaded before each command (`node -r`), so that an old Node or a missing install is one line and no stack trace.
// Plain JavaScript of long ago: whatever runs it must be able to read it.
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
      'npm ci installs one beside the packages, unless told to ignore install scripts: run npm ci, then npm start.',
  );
}

/** @param {string} why */
function stop(why) {
  console.error(why);
  process.exit(1);
}
