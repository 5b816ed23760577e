// Runs the gateway's process: `node -r ts-node/register/transpile-only main.ts <world folder>`.
// Sends its port, or the reason why it cannot start, to its parent process. Exits on request, or when it receives no calls for a while.
import { moto, motoStarted, world, worldFile } from "./start-moto";
import * as http from "node:http";
import { type AddressInfo } from "node:net";
import { Accounts, deploymentRole } from "./accounts";
import { contextOf } from "./aws-context";
import { AwsError } from "./aws-error";
import { type Build, Builds } from "./builds";
import { control, controlPath, controlToken, type ControlApi, notFromProgram } from "./control";
import { EventBus } from "./event-bus";
import { EventSources } from "./event-sources";
import { Faults } from "./faults";
import { Functions } from "./functions";
import { Gateway } from "./gateway";
import { type HttpAnswer, isFromProgram, readRequest } from "./http";
import { Journal } from "./journal";
import { unknownNames } from "./journal-names";
import { listLeftovers } from "./leftovers";
import { Machines } from "./machines";
import { note } from "./note";
import { seed } from "./seed";
import { eventsOf } from "./service-events";
import { registeredServices } from "./services";
import { buildEvent } from "./services/codebuild";
import { executionEvent } from "./services/stepfunctions";
import { type Announcement, stateFiles } from "./settings";
import { StateStore } from "./store";
import { credential } from "./wire/identify";

const hour = 3_600_000;

/** Calls to the gateway since its process started. */
const use = { startedAt: new Date().toISOString(), last: Date.now(), calls: 0 };

/** Registers the credentials that deployments start with: a session of the deployment role in the hub account. */
function openAccounts(): Accounts {
  const accounts = new Accounts(worldFile("state", stateFiles.keys), world.accounts);
  const arn = `arn:aws:sts::${world.hubAccount}:assumed-role/${deploymentRole}/cloister`;
  accounts.add(world.credentials, { account: world.hubAccount, arn, userId: "AROACLOISTERSANDBOX00:cloister" });
  return accounts;
}

function createApi(gateway: Gateway, parts: ReturnType<typeof createParts>, end: () => void): ControlApi {
  const { faults, journal, services, store } = parts;
  return {
    status: () => ({
      name: world.name,
      id: world.id,
      pid: process.pid,
      startedAt: use.startedAt,
      calls: use.calls,
      idleHours: world.idleHours,
      lastUse: new Date(use.last).toISOString(),
      moto: { pid: moto.pid, changes: moto.changes, recoveries: moto.recoveries, lost: moto.lost },
      faults: faults.list().length,
      journalProblem: journal.problem,
    }),
    journal: (filter) => journal.query(filter),
    unknownNames: (filter) => unknownNames(filter, { accounts: world.accounts, services, models: world.models }),
    faults: () => faults.list(),
    addFault: (fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    leftovers: () => listLeftovers(services, store, journal, gateway.callMoto),
    shutdown: () => void setImmediate(end),
  };
}

function createParts() {
  const accounts = openAccounts();
  const journal = new Journal(worldFile("journal"));
  const functions = new Functions(worldFile("state", stateFiles.functions), accounts);
  const eventSources = new EventSources(functions);
  const machines = new Machines(
    { python: world.python, file: worldFile("state", stateFiles.executions), outputFile: worldFile("logs", "machines.log") },
    accounts,
  );
  const builds = new Builds(
    { dir: worldFile("builds"), file: worldFile("state", stateFiles.builds), images: worldFile("images") },
    accounts,
  );
  const eventBus = new EventBus(functions);
  machines.changed = (execution, result) => eventBus.publish(executionEvent(execution, result));
  builds.changed = (build) => eventBus.publish(buildEvent(build));
  return {
    accounts,
    builds,
    eventBus,
    functions,
    eventSources,
    machines,
    moto,
    faults: new Faults(),
    journal,
    store: new StateStore(worldFile("state", stateFiles.native)),
    services: registeredServices(accounts, journal, { functions, eventSources, machines, builds, eventBus, models: world.models }),
    models: world.models,
  };
}

function send(response: http.ServerResponse, method: string, answer: HttpAnswer): void {
  const headers = { ...answer.headers };
  // The answer to HEAD has the length of the omitted body.
  if (method !== "HEAD") headers["content-length"] = String(answer.body.length);
  response.writeHead(answer.status, headers);
  response.end(answer.body);
}

function createServer(gateway: Gateway, api: ControlApi, accounts: Accounts): http.Server {
  const token = controlToken(world.credentials.secretAccessKey);
  const answer = async (incoming: http.IncomingMessage, response: http.ServerResponse): Promise<void> => {
    const request = await readRequest(incoming);
    if (!isFromProgram(request)) return send(response, request.method, notFromProgram());
    if (request.target.startsWith(controlPath)) return send(response, request.method, await control(request, api, token));
    use.calls++;
    // A world with a schedule calls itself, and becomes idle all the same.
    const isUse = !accounts.principal(credential(request)?.accessKeyId ?? "", 0)?.ofService;
    if (isUse) use.last = Date.now();
    const outcome = await gateway.handle(request);
    if (isUse) use.last = Date.now();
    if (outcome === "cut") response.destroy();
    else send(response, request.method, outcome);
  };
  const server = http.createServer((incoming, response) => {
    answer(incoming, response).catch((error: unknown) => {
      note(`A client closed its connection before the answer was sent: ${String(error)}`);
      response.destroy();
    });
  });
  // Longer than clients keep connections open, so that clients close the connections.
  server.keepAliveTimeout = 10 * 60_000;
  server.requestTimeout = 0;
  return server;
}

function listen(server: http.Server): Promise<number> {
  return new Promise((resolve, reject) => {
    const attempt = (port: number) => {
      server.removeAllListeners("error");
      server.once("error", (error: NodeJS.ErrnoException) => {
        if (error.code !== "EADDRINUSE" || port === 0) reject(error);
        // The port of the last run can be in use by another program.
        else if (!world.portFixed) attempt(0);
        else
          reject(
            new Error(
              `Port ${port} of 127.0.0.1 is in use by another program. Stop that program, choose another port, or omit the port to use a free one.`,
            ),
          );
      });
      server.listen(port, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
    };
    attempt(world.port);
  });
}

function endWhenIdle(end: () => void): void {
  const idle = world.idleHours * hour;
  setInterval(
    () => {
      if (Date.now() - use.last < idle) return;
      note(`No call for ${world.idleHours} hours.`);
      end();
    },
    Math.min(idle / 4, 60_000),
  );
}

/** Writes the output of a build to its log stream, if the project has one. */
async function writeLog({ callMoto }: Gateway, build: Build, text: string): Promise<void> {
  const { groupName: logGroupName, streamName: logStreamName } = (build.logs ?? {}) as { groupName?: string; streamName?: string };
  if (logGroupName === undefined) return;
  const logs = (operation: string, input: object) => callMoto(contextOf(build.arn), "logs", operation, { logGroupName, ...input });
  await logs("CreateLogGroup", {}).catch(() => undefined);
  await logs("CreateLogStream", { logStreamName });
  const logEvents = text.split("\n").map((message) => ({ timestamp: Date.now(), message: message || " " }));
  await logs("PutLogEvents", { logStreamName, logEvents });
}

async function main(): Promise<void> {
  const parts = createParts();
  const gateway = new Gateway(parts);
  const end = (): void => {
    note("The gateway ends.");
    moto.stop();
    parts.machines.stop();
    parts.functions.stop();
    parts.builds.stop();
    server.close();
    server.closeAllConnections();
    process.exit(0);
  };
  const server = createServer(gateway, createApi(gateway, parts, end), parts.accounts);
  process.on("SIGTERM", end);
  process.on("SIGINT", end);
  process.on("exit", () => moto.stop());
  // The parent process exited before it received the port, so no program would use this gateway.
  process.once("disconnect", end);

  const port = await listen(server);
  parts.functions.endpoint = parts.machines.endpoint = parts.builds.endpoint = `http://127.0.0.1:${port}`;
  await motoStarted;
  await seed(gateway, world);
  parts.eventSources.callMoto = parts.eventBus.callMoto = gateway.callMoto;
  parts.eventBus.callService = gateway.callService;
  gateway.recorded = (call, output) => {
    for (const event of eventsOf(call, output)) parts.eventBus.publish(event);
  };
  parts.builds.writeLog = (build, text) => writeLog(gateway, build, text);
  // Messages that arrived, and schedules that ran, before the world was suspended.
  for (const account of world.accounts) {
    parts.eventSources.wake({ account, region: world.region });
    await parts.eventBus.refresh({ account, region: world.region });
  }
  endWhenIdle(end);
  note(`World '${world.name}' at http://127.0.0.1:${port}, moto at process ${moto.pid}.`);
  announce({ port }, () => {
    process.removeAllListeners("disconnect");
    process.disconnect();
  });
}

function announce(announcement: Announcement, then: () => void): void {
  if (process.send) process.send(announcement, undefined, undefined, then);
  else then();
}

main().catch((error: unknown) => {
  console.error(error);
  const lost = error instanceof AwsError && error.code === "SandboxLost";
  announce({ error: error instanceof Error ? error.message : String(error), lost }, () => process.exit(1));
});
