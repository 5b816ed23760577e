// A stand-in for pulumi-language-nodejs, for machines that cannot download Pulumi. It runs Node.js programs, policy packs and
// plugins by the public protocol (LanguageRuntime), with the stubs in @pulumi/pulumi. The toolchain installs it beside an engine
// that the toolchain built. An official engine has an official language host.
//
// Plain JavaScript without a build step, because the engine starts it from the cache, outside of any checkout. Its packages come from
// the program's folder, in which the engine starts it, or from the checkout in CLOISTER_ROOT.
//
// Not implemented, because the product does not use it: installation of dependencies, package generation and debugging.
// Also the proxy through which the official host passes a stack's configuration to policy packs: packs use a config file.
"use strict";

const { spawn } = require("node:child_process");
const { createRequire } = require("node:module");
const path = require("node:path");

/** `require` as it works from a folder. */
const from = (dir) => createRequire(path.join(dir, "resolve-from-here.js"));

function requireAt(name) {
  for (const dir of [process.cwd(), process.env.CLOISTER_ROOT].filter(Boolean)) {
    try {
      return from(dir)(name);
    } catch (error) {
      if (error.code !== "MODULE_NOT_FOUND") throw error;
    }
  }
  console.error(`pulumi-language-nodejs (stand-in): '${name}' is not installed in ${process.cwd()}. Run 'npm ci' there.`);
  process.exit(1);
}

const grpc = requireAt("@grpc/grpc-js");
const language = requireAt("@pulumi/pulumi/proto/language_pb");
const { LanguageRuntimeService } = requireAt("@pulumi/pulumi/proto/language_grpc_pb");
const { PluginInfo } = requireAt("@pulumi/pulumi/proto/plugin_pb");
const { Empty } = requireAt("google-protobuf/google/protobuf/empty_pb");

/** Exit code of a program that has printed all of its errors. The engine prints no further message. Same value in the SDK. */
const EXIT_BAIL = 32;
/** Same limit as the engine's: states of some hundred megabytes travel in one message. */
const MAX_MESSAGE_BYTES = 400 * 1024 * 1024;

/** Address of the engine, from the command line or the handshake. */
let engine = process.argv.slice(2).find((arg) => !arg.startsWith("-")) ?? "";
const children = new Set();

function start(args, options) {
  const child = spawn(process.execPath, args, options);
  children.add(child);
  child.once("close", () => children.delete(child));
  return child;
}

const optionsOf = (info) => info.getOptions()?.toJavaScript() ?? {};

/** What the `runtime.options` of a project or pack mean for the SDK's entry points. */
function typescriptEnvironment(options) {
  const env = {};
  if (options.typescript !== false) env.PULUMI_NODEJS_TYPESCRIPT = "true";
  if (options.tsconfig) env.PULUMI_NODEJS_TSCONFIG_PATH = options.tsconfig;
  return env;
}

const nodeArguments = (options) => (options.nodeargs ? String(options.nodeargs).split(/\s+/) : []);

/** `aws:region` of the protocol is `aws:config:region` in what the SDK reads. */
function configurationOf(request) {
  const found = {};
  request.getConfigMap().forEach((value, key) => {
    const [space, ...name] = key.split(":");
    found[`${space}:config:${name.join(":")}`] = value;
  });
  return found;
}

/** Arguments and environment of a program's process. */
function programOf(request) {
  const info = request.getInfo();
  const options = optionsOf(info);
  const dir = info.getProgramDirectory();
  const flags = {
    monitor: request.getMonitorAddress(),
    engine,
    organization: request.getOrganization(),
    project: request.getProject(),
    "root-directory": info.getRootDirectory(),
    stack: request.getStack(),
    pwd: dir,
    parallel: request.getParallel(),
  };
  return {
    args: [
      ...nodeArguments(options),
      from(dir).resolve("@pulumi/pulumi/cmd/run"),
      ...Object.entries(flags).flatMap(([name, value]) => (value ? [`--${name}`, String(value)] : [])),
      ...(request.getDryrun() ? ["--dry-run"] : []),
      info.getEntryPoint(),
      ...request.getArgsList(),
    ],
    env: {
      ...process.env,
      ...typescriptEnvironment(options),
      PULUMI_CONFIG: JSON.stringify(configurationOf(request)),
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
    },
  };
}

/** Arguments, folder and environment of a policy pack's or a Node.js plugin's process. */
function pluginOf(request) {
  const info = request.getInfo();
  const options = optionsOf(info);
  const dir = info.getProgramDirectory();
  const isPack = request.getKind() === "analyzer";
  const entry = from(dir).resolve(`@pulumi/pulumi/cmd/${isPack ? "run-policy-pack" : "run-plugin"}`);
  const given = Object.fromEntries(
    request.getEnvList().map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]),
  );
  return {
    args: [...nodeArguments(options), entry, ...(isPack ? [...request.getArgsList(), dir] : [dir, ...request.getArgsList()])],
    cwd: isPack ? dir : request.getPwd(),
    // The engine sends a whole environment, or none.
    env: { ...(given.PATH ? {} : process.env), ...typescriptEnvironment(options), ...given },
  };
}

const answer = (make) => (call, done) => {
  try {
    done(null, make(call.request));
  } catch (error) {
    done({ code: grpc.status.INTERNAL, message: error.message });
  }
};

const service = {
  handshake: answer((request) => {
    engine = request.getEngineAddress();
    return new language.LanguageHandshakeResponse();
  }),
  // The engine finds plugins by version when a resource requires them. The toolchain has installed the plugins.
  getRequiredPackages: answer(() => new language.GetRequiredPackagesResponse()),
  getProgramDependencies: answer(() => new language.GetProgramDependenciesResponse()),
  getPluginInfo: answer(() => {
    const info = new PluginInfo();
    info.setVersion("0.0.0");
    return info;
  }),
  about: answer(() => {
    const about = new language.AboutResponse();
    about.setExecutable(process.execPath);
    about.setVersion(process.version);
    return about;
  }),
  cancel: answer(() => {
    for (const child of children) child.kill("SIGTERM");
    return new Empty();
  }),
  run(call, done) {
    let program;
    try {
      program = programOf(call.request);
    } catch (error) {
      return done({ code: grpc.status.FAILED_PRECONDITION, message: `${error.message}\nRun 'npm ci' in the project's folder.` });
    }
    const child = start(program.args, { env: program.env, stdio: ["ignore", "inherit", "inherit"] });
    call.on("cancelled", () => child.kill("SIGTERM"));
    child.once("error", (error) => done({ code: grpc.status.INTERNAL, message: error.message }));
    child.once("close", (code, signal) => {
      const response = new language.RunResponse();
      if (code === EXIT_BAIL) response.setBail(true);
      else if (code !== 0) response.setError(signal ? `Program was ended by ${signal}` : `Program exited with non-zero exit code: ${code}`);
      done(null, response);
    });
  },
  runPlugin(call) {
    let plugin;
    try {
      plugin = pluginOf(call.request);
    } catch (error) {
      return call.destroy(Object.assign(new Error(error.message), { code: grpc.status.FAILED_PRECONDITION }));
    }
    const child = start(plugin.args, { cwd: plugin.cwd, env: plugin.env, stdio: ["ignore", "pipe", "pipe"] });
    const send = (set) => {
      const message = new language.RunPluginResponse();
      set(message);
      call.write(message);
    };
    child.stdout.on("data", (data) => send((message) => message.setStdout(data)));
    child.stderr.on("data", (data) => send((message) => message.setStderr(data)));
    child.once("error", (error) => send((message) => message.setStderr(Buffer.from(`${error.message}\n`))));
    child.once("close", (code) => {
      send((message) => message.setExitcode(code ?? 1));
      call.end();
    });
    call.on("cancelled", () => child.kill("SIGTERM"));
  },
};

const server = new grpc.Server({ "grpc.max_receive_message_length": MAX_MESSAGE_BYTES, "grpc.max_send_message_length": MAX_MESSAGE_BYTES });
server.addService(LanguageRuntimeService, service);
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  // The engine reads the port from the first line.
  console.log(port);
});
for (const signal of ["SIGINT", "SIGTERM"])
  process.on(signal, () => {
    // The engine stops this process after the program. Children have two seconds to print their last output.
    setTimeout(() => process.exit(0), 2000);
    for (const child of children) {
      child.once("close", () => children.size === 0 && process.exit(0));
      child.kill(signal);
    }
    if (children.size === 0) process.exit(0);
  });
