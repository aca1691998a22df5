/** Numbers are kept digit for digit by JSON.rawJSON, which older versions lack; npm scripts run on the Node that npm ci brings. */
const REQUIRED_MAJOR = 24;

if (Number(process.versions.node.split('.')[0]) < REQUIRED_MAJOR) {
  process.stderr.write(
    `The service runs on Node ${REQUIRED_MAJOR} or later, and this is ${process.versions.node}. ` +
      'Use "npm start" or "npm run start:prod", which take the Node that "npm ci" installed.\n',
  );
  process.exit(1);
}
