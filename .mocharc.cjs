// Types are checked once by `npm run typecheck`; tests only strip them.
module.exports = { require: ["ts-node/register/transpile-only", "./tests/helpers/mocha-setup.ts"], extension: ["ts"], timeout: 60_000 };
