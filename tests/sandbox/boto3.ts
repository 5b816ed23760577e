import { spawn } from "node:child_process";
import * as path from "node:path";
import * as readline from "node:readline";
import { cleanEnvironment, type World } from "@cloister/sandbox";
import { type Client, type Outcome } from "./run";

/** A client that uses boto3 in one Python process. The process runs until `close` and answers one call at a time. */
export function boto3(world: World, python: string): Client & { close(): void } {
  const child = spawn(python, [path.join(__dirname, "client.py")], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...cleanEnvironment(), ...world.env, HUB_ACCOUNT: world.hubAccount, PYTHONDONTWRITEBYTECODE: "1" },
  });
  const answers = readline.createInterface(child.stdout)[Symbol.asyncIterator]();
  const call: Client = async (step) => {
    child.stdin.write(`${JSON.stringify(step)}\n`);
    const { value, done } = (await answers.next()) as IteratorResult<string, undefined>;
    if (done) throw new Error("boto3's process ended early.");
    const outcome = JSON.parse(value) as Outcome & { failed?: string };
    if (outcome.failed) throw new Error(`boto3: ${outcome.failed}`);
    return outcome;
  };
  return Object.assign(call, { close: () => child.stdin.end() });
}
