// The gateway's process: `node -r ts-node/register/transpile-only main.ts <world folder>`.
// Tells its parent by IPC on which port it listens, or why it can't; then lives on its own until it is told to end or nothing was asked for a while.
import * as http from "node:http";
import * as path from "node:path";
import { type AddressInfo } from "node:net";
import { Accounts } from "./accounts";
import { Base } from "./moto";
import { control, controlPath, type Controlled } from "./control";
import { Faults } from "./faults";
import { Gateway } from "./gateway";
import { type HttpAnswer, readRequest } from "./http";
import { Journal } from "./journal";
import { deploymentRole, type Held, heldByBase } from "./leftovers";
import { mendedServices, ownedServices } from "./services";
import { AwsError } from "./native-service";
import { type Announcement, worldFiles, type WorldSettings } from "./settings";
import { readJson, StateStore } from "./store";

const hour = 3_600_000;

function note(text: string): void {
  console.log(`${new Date().toISOString()} ${text}`);
}

/** Gives each account the role that AWS Organizations would have left there, unless it has it. */
async function seed(gateway: Gateway, world: WorldSettings): Promise<void> {
  for (const account of world.accounts) {
    const ask = (operation: string, input: object) => gateway.ask({ account, region: world.region }, "iam", operation, input);
    const missing = await ask("GetRole", { RoleName: deploymentRole }).then(
      () => false,
      (error: unknown) => {
        if (error instanceof AwsError && error.code === "NoSuchEntity") return true;
        throw error;
      },
    );
    if (!missing) continue;
    const trust = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { AWS: `arn:aws:iam::${world.hubAccount}:root` }, Action: "sts:AssumeRole" }],
    };
    await ask("CreateRole", { RoleName: deploymentRole, AssumeRolePolicyDocument: JSON.stringify(trust), MaxSessionDuration: 43_200 });
    await ask("AttachRolePolicy", { RoleName: deploymentRole, PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess" });
  }
}

function send(response: http.ServerResponse, method: string, answer: HttpAnswer): void {
  const headers = { ...answer.headers };
  // The answer to HEAD tells the length of what it leaves out.
  if (method !== "HEAD") headers["content-length"] = String(answer.body.length);
  response.writeHead(answer.status, headers);
  response.end(answer.body);
}

function listen(server: http.Server, world: WorldSettings): Promise<number> {
  return new Promise((resolve, reject) => {
    const attempt = (port: number) => {
      server.removeAllListeners("error");
      server.once("error", (error: NodeJS.ErrnoException) => {
        if (error.code !== "EADDRINUSE" || port === 0) reject(error);
        // The port of the last run may have gone to another program meanwhile.
        else if (!world.portFixed) attempt(0);
        else
          reject(
            new Error(
              `Port ${port} of 127.0.0.1 is taken by another program. End that program, or choose another port, or none for any free one.`,
            ),
          );
      });
      server.listen(port, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
    };
    attempt(world.port);
  });
}

async function main(dir: string): Promise<void> {
  const file = (name: keyof typeof worldFiles, ...more: string[]) => path.join(dir, worldFiles[name], ...more);
  const world = readJson<WorldSettings>(file("settings"));
  if (!world) throw new Error(`${file("settings")} is missing.`);

  const accounts = new Accounts(file("state", "keys.json"), world.accounts);
  const role = `arn:aws:sts::${world.hubAccount}:assumed-role/${deploymentRole}/cloister`;
  accounts.add(world.credentials.accessKeyId, { account: world.hubAccount, arn: role, userId: "AROACLOISTERSANDBOX00:cloister" });
  const base = new Base({ python: world.python, logFile: file("state", "base.jsonl"), outputFile: file("logs", "base.log"), note });
  const journal = new Journal(file("journal"));
  const store = new StateStore(file("state", "owned"));
  const faults = new Faults();
  const owned = ownedServices(accounts);
  const gateway = new Gateway({ accounts, base, faults, journal, store, owned, mended: mendedServices, models: world.models });

  const startedAt = new Date().toISOString();
  let lastUse = Date.now();
  let calls = 0;
  let end = (): void => undefined;

  const api: Controlled = {
    status: () => ({
      name: world.name,
      id: world.id,
      pid: process.pid,
      startedAt,
      calls,
      idleHours: world.idleHours,
      lastUse: new Date(lastUse).toISOString(),
      base: { pid: base.pid, changes: base.changes, recoveries: base.recoveries, lost: base.lost },
      faults: faults.list().length,
      journalProblem: journal.problem,
    }),
    journal: (filter) => journal.query(filter),
    faults: () => faults.list(),
    addFault: (fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    leftovers: async () => {
      const kept: Held[] = store.all().flatMap(({ service, account, region, state }) => {
        const owner = owned.find(({ scope }) => scope === service);
        const found = owner?.leftovers({ ...(owner.initial() as object), ...(state as object) }) ?? [];
        return found.map((leftover) => ({ account, region, service, ...leftover }));
      });
      // Where the base was ever used, as the journal tells; global services of an account are asked once.
      const places = new Map<string, Set<string>>();
      for (const { account, region, service, by } of journal.query({ result: "ok" }))
        if (account && by === "base")
          (places.get(`${account}/${region}`) ?? places.set(`${account}/${region}`, new Set()).get(`${account}/${region}`)!).add(service);
      for (const [place, used] of places) {
        const [account, region] = place.split("/") as [string, string];
        kept.push(
          ...(await heldByBase(account, region, used, (service, operation, input) =>
            gateway.ask({ account, region }, service, operation, input),
          )),
        );
      }
      return [...new Map(kept.map((held) => [Object.values(held).join(" "), held])).values()];
    },
    shutdown: () => void setImmediate(() => end()),
  };

  const answer = async (incoming: http.IncomingMessage, response: http.ServerResponse): Promise<void> => {
    const request = await readRequest(incoming);
    if (request.target.startsWith(controlPath)) return send(response, request.method, await control(request, api));
    lastUse = Date.now();
    calls++;
    const outcome = await gateway.handle(request);
    lastUse = Date.now();
    if (outcome === "cut") response.destroy();
    else send(response, request.method, outcome);
  };
  const server = http.createServer((incoming, response) => {
    answer(incoming, response).catch((error: unknown) => {
      // The client went away in the middle.
      note(`A request ended early: ${String(error)}`);
      response.destroy();
    });
  });
  // Longer than the clients keep connections, so that they are the ones who close.
  server.keepAliveTimeout = 10 * 60_000;
  server.requestTimeout = 0;

  end = () => {
    note("The gateway ends.");
    base.stop();
    server.close();
    server.closeAllConnections();
    process.exit(0);
  };
  process.on("SIGTERM", end);
  process.on("SIGINT", end);
  process.on("exit", () => base.stop());

  // Whoever started this is gone before it was told the port: nobody would use it.
  process.once("disconnect", end);
  const port = await listen(server, world);
  await base.start();
  await seed(gateway, world);
  const idle = world.idleHours * hour;
  setInterval(
    () => {
      if (Date.now() - lastUse < idle) return;
      note(`Nothing was asked for ${world.idleHours} hours.`);
      end();
    },
    Math.min(idle / 4, 60_000),
  );
  note(`World '${world.name}' at http://127.0.0.1:${port}, base at process ${base.pid}.`);
  announce({ port });
}

function announce(announcement: Announcement): void {
  process.send?.(announcement, undefined, undefined, () => {
    process.removeAllListeners("disconnect");
    process.disconnect();
  });
}

main(process.argv[2] ?? "").catch((error: unknown) => {
  console.error(error);
  process.send?.({ error: error instanceof Error ? error.message : String(error) } satisfies Announcement, undefined, undefined, () =>
    process.exit(1),
  );
  if (!process.send) process.exit(1);
});
