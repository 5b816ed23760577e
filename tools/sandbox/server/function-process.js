// Runs one invocation of a function: `node function-process.js <folder with code> <module.handler>`.
// Reads the event from standard input, and writes the result to file descriptor 3. The output of the function is its log.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { pathToFileURL } = require("node:url");
const { Worker } = require("node:worker_threads");

const [, , folder, handler] = process.argv;
const { event, arn, requestId, timeout } = JSON.parse(fs.readFileSync(0, "utf8"));
const end = Date.now() + timeout * 1000;

// File descriptor 4 closes when the gateway ends. A thread notices this also while the function calculates.
new Worker(
  `const end = () => process.kill(process.pid, "SIGKILL");
   new (require("node:net").Socket)({ fd: 4 }).on("error", end).on("close", end).resume();`,
  { eval: true },
).unref();

let isFinished = false;
const finish = (value, isError) => {
  if (isFinished) return;
  isFinished = true;
  fs.writeSync(3, JSON.stringify({ payload: JSON.stringify(value) ?? "null", isError }));
  // Output that is still in a pipe would be lost.
  process.stdout.write("", () => process.stderr.write("", () => process.exit(0)));
};
const fail = (error) =>
  finish(
    error instanceof Error
      ? { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? "").split("\n") }
      : { errorType: typeof error, errorMessage: String(error), trace: [] },
    true,
  );
process.on("uncaughtException", fail);
process.on("unhandledRejection", fail);

async function load() {
  // Source: aws/aws-lambda-nodejs-runtime-interface-client, src/UserFunction.js. Without layers, all code is in the folder.
  if (handler.includes("..") || path.isAbsolute(handler))
    throw Object.assign(
      new Error(`'${handler}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`),
      { name: "Runtime.MalformedHandlerName" },
    );
  const [, file, name] = /^(.*)\.([^.]+)$/.exec(handler) ?? [];
  const found = ["js", "mjs", "cjs"].map((end) => path.join(folder, `${file}.${end}`)).find((candidate) => fs.existsSync(candidate));
  if (!found) throw Object.assign(new Error(`Cannot find module '${file}'`), { name: "Runtime.ImportModuleError" });
  const loaded = await import(pathToFileURL(found).href);
  const run = loaded[name] ?? loaded.default?.[name];
  if (typeof run !== "function")
    throw Object.assign(new Error(`${handler} is undefined or not exported`), { name: "Runtime.HandlerNotFound" });
  return run;
}

load()
  .then(
    (run) =>
      new Promise((resolve, reject) => {
        const context = {
          functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
          functionVersion: "$LATEST",
          invokedFunctionArn: arn,
          memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
          awsRequestId: requestId,
          getRemainingTimeInMillis: () => end - Date.now(),
        };
        const answer = run(JSON.parse(event), context, (error, value) => (error ? reject(error) : resolve(value)));
        // A handler without a callback returns a promise.
        if (answer && typeof answer.then === "function") answer.then(resolve, reject);
        else if (run.length < 3) resolve(answer);
      }),
  )
  .then((value) => finish(value, false), fail);
