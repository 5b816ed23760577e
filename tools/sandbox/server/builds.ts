// Runs the commands of CodeBuild builds, each build in its own shell and folder. Calls of a build have the session of its role.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import * as readline from "node:readline";
import { type Readable } from "node:stream";
import { type AwsContext, contextOf } from "./aws-context";
import { type Accounts, identifier, newSession } from "./accounts";
import { type Buildspec, readBuildspec, scriptOf } from "./services/codebuild/buildspec";
import { readJson, writeAtomically } from "./store";
import { note } from "./note";

export interface Phase {
  phaseType: string;
  phaseStatus?: string;
  startTime: number;
  endTime?: number;
  durationInSeconds?: number;
  contexts?: { statusCode: string; message: string }[];
}

/** Members of a build in the API that the run of the build needs or changes. */
export interface Build {
  id: string;
  arn: string;
  buildNumber: number;
  startTime: number;
  endTime?: number;
  currentPhase: string;
  buildStatus: string;
  buildComplete: boolean;
  projectName: string;
  phases: Phase[];
  source: { buildspec: string };
  environment: { image: string; environmentVariables: { name: string; value: string }[] };
  serviceRole: string;
  timeoutInMinutes: number;
  initiator: string;
  [member: string]: unknown;
}

/** Seconds that a session of a build is valid. */
const sessionSeconds = 12 * 3600;
/** Longest part of the output that a build keeps for its log. */
const logTail = 200_000;

/** The processes below a process, also in separate process groups. */
function descendants(pid: number): number[] {
  const rows = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number) as [number, number]);
  const below = (parent: number): number[] => rows.filter(([, ppid]) => ppid === parent).flatMap(([child]) => [child, ...below(child)]);
  return below(pid);
}

const kill = (pid: number): void => {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended already.
  }
};

/** Ends a build as the end of its container does: at once, with all processes. */
function killBuild(child: ChildProcess): void {
  for (const pid of descendants(child.pid!)) kill(pid);
  kill(-child.pid!);
}

type Checks = (build: Build) => Promise<string | undefined>;

export class Builds {
  /** Address of the gateway, for the AWS clients of builds. */
  endpoint = "";
  /** Reports each change of the status of a build. */
  changed: (build: Build) => void = () => undefined;
  /** Writes the output of a build to its log. */
  writeLog: (build: Build, text: string) => Promise<void> = () => Promise.resolve();
  private readonly builds: Record<string, Build>;
  private readonly running = new Map<string, { child?: ChildProcess; end?: string }>();

  /** `file` stores the builds between runs of the gateway, and `images` has the commands of images by their repository. */
  constructor(
    private readonly options: { dir: string; file: string; images: string; minute?: number },
    private readonly accounts: Accounts,
  ) {
    this.builds = readJson<Record<string, Build>>(options.file) ?? {};
    fs.rmSync(options.dir, { recursive: true, force: true });
    for (const build of Object.values(this.builds))
      if (!build.buildComplete)
        this.complete(build, "FAULT", { statusCode: "INTERNAL", message: "The sandbox ended while the build ran." });
  }

  /** The build in an account and region with an ID or ARN. */
  find(context: AwsContext, id: string): Build | undefined {
    return this.of(context).find((build) => build.id === id || build.arn === id);
  }

  /** The builds of a project in an account and region, the newest first. */
  of({ account, region }: AwsContext, project?: string): Build[] {
    const isOf = (build: Build) => build.arn.includes(`:${region}:${account}:`) && (project === undefined || build.projectName === project);
    return Object.values(this.builds)
      .filter(isOf)
      .sort((a, b) => b.startTime - a.startTime);
  }

  /** Starts a build, and does not wait for its end. `pull` returns the reason why the image cannot be used. */
  start(build: Build, pull: Checks): void {
    this.builds[build.id] = build;
    this.running.set(build.id, {});
    this.save();
    this.changed(build);
    this.run(build, pull).catch((error: unknown) => {
      note(`Build ${build.id}: ${String(error)}`);
      this.complete(build, "FAULT", { statusCode: "INTERNAL", message: String(error) });
    });
  }

  /** Stops a build. Its processes get no time to end by themselves. */
  end(build: Build, status: "STOPPED" | "TIMED_OUT"): void {
    const run = this.running.get(build.id);
    if (!run) return;
    run.end = status;
    if (run.child) killBuild(run.child);
    this.complete(build, status);
  }

  /** Ends the builds that run. */
  stop(): void {
    for (const { child } of this.running.values()) if (child) killBuild(child);
  }

  private async run(build: Build, pull: Checks): Promise<void> {
    this.enter(build, "QUEUED");
    this.enter(build, "PROVISIONING");
    const problem = await pull(build);
    if (problem !== undefined)
      return this.complete(build, "FAILED", { statusCode: "BUILD_CONTAINER_UNABLE_TO_PULL_IMAGE", message: problem }, "CLIENT_ERROR");
    this.enter(build, "DOWNLOAD_SOURCE");
    let spec: Buildspec;
    try {
      spec = readBuildspec(build.source.buildspec);
    } catch (error) {
      const message = (error as Error).message;
      return this.complete(build, "FAILED", { statusCode: "YAML_FILE_ERROR", message }, "CLIENT_ERROR");
    }
    const run = this.running.get(build.id);
    if (run && run.end === undefined) await this.execute(build, spec, run);
  }

  private async execute(build: Build, spec: Buildspec, run: { child?: ChildProcess; end?: string }): Promise<void> {
    const folder = path.join(this.options.dir, build.id.split(":")[1]!);
    for (const name of ["src", "home", "tmp"]) fs.mkdirSync(path.join(folder, name), { recursive: true, mode: 0o700 });
    const child = spawn(spec.shell, ["-c", scriptOf(spec)], {
      cwd: path.join(folder, "src"),
      detached: true,
      // The last pipe stays open as long as this process: the build ends with it.
      stdio: ["ignore", "pipe", "pipe", "pipe", "pipe"],
      env: this.environment(build, spec, folder),
    });
    run.child = child;
    let log = "";
    let failed: { index: number; status: number } | undefined;
    for (const stream of [child.stdout!, child.stderr!])
      stream.setEncoding("utf8").on("data", (text: string) => (log = (log + text).slice(-logTail)));
    child.stdio[4]!.on("error", () => undefined);
    const contextOf = () => {
      const { index = 0, status = 1 } = failed ?? {};
      const phase = spec.phases[build.currentPhase.toLowerCase() as "build"];
      const message = `Error while executing command: ${phase?.commands[index] ?? ""}. Reason: exit status ${status}`;
      return { statusCode: "COMMAND_EXECUTION_ERROR", message };
    };
    readline.createInterface(child.stdio[3] as Readable).on("line", (line) => {
      const [word, ...rest] = line.split(" ");
      if (word === "failed") failed = { index: Number(rest[0]), status: Number(rest[1]) };
      else {
        this.enter(build, rest[0]!, failed && contextOf());
        failed = undefined;
      }
    });
    const timer = setTimeout(() => this.end(build, "TIMED_OUT"), build.timeoutInMinutes * (this.options.minute ?? 60_000));
    const code = await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (status) => {
        kill(-child.pid!);
        // Processes that left the group of the build can keep its output open.
        const closed = setTimeout(() => resolve(status ?? 137), 1000);
        child.once("close", () => {
          clearTimeout(closed);
          resolve(status ?? 137);
        });
      });
    });
    clearTimeout(timer);
    child.stdio[4]!.destroy();
    fs.rmSync(folder, { recursive: true, force: true });
    if (run.end === undefined && code !== 0 && failed === undefined && build.phases.every(({ contexts = [] }) => contexts.length === 0))
      failed = { index: 0, status: code };
    await this.writeLog(build, log).catch((error: unknown) => note(`The log of build ${build.id} was not written: ${String(error)}`));
    if (run.end !== undefined) return;
    if (failed) return this.complete(build, "FAILED", contextOf());
    if (code === 0) for (const phase of ["UPLOAD_ARTIFACTS", "FINALIZING"]) this.enter(build, phase);
    this.complete(build, code === 0 ? "SUCCEEDED" : "FAILED");
  }

  /** Ends the current phase and starts the next. `problem` is the reason for the failure of the current phase. */
  private enter(build: Build, phaseType: string, problem?: { statusCode: string; message: string }): void {
    if (build.buildComplete) return;
    endPhase(build, problem ? "FAILED" : "SUCCEEDED", problem);
    build.currentPhase = phaseType;
    build.phases.push({ phaseType, startTime: Date.now() / 1000 });
    this.save();
  }

  private complete(build: Build, status: string, problem?: { statusCode: string; message: string }, phaseStatus = status): void {
    if (build.buildComplete) return;
    this.running.delete(build.id);
    endPhase(build, phaseStatus, problem);
    const now = Date.now() / 1000;
    build.phases.push({ phaseType: "COMPLETED", startTime: now });
    Object.assign(build, { buildStatus: status, buildComplete: true, currentPhase: "COMPLETED", endTime: now });
    this.save();
    this.changed(build);
  }

  private save(): void {
    writeAtomically(this.options.file, JSON.stringify(this.builds));
  }

  /** Variables of the request win over those of the buildspec. Source: AWS CodeBuild "Environment variables in build environments". */
  private environment(build: Build, spec: Buildspec, folder: string): Record<string, string> {
    const given = build.environment.environmentVariables.map(({ name, value }) => [name, value] as const);
    const repository = /\.amazonaws\.com(?:\.cn)?\/([^@:]+)/.exec(build.environment.image)?.[1] ?? "";
    const commands = path.join(this.options.images, repository, "bin");
    return {
      ...spec.variables,
      ...Object.fromEntries(given),
      PATH: `${commands}:${process.env.PATH ?? ""}`,
      HOME: path.join(folder, "home"),
      TMPDIR: path.join(folder, "tmp"),
      CODEBUILD_BUILD_ARN: build.arn,
      CODEBUILD_BUILD_ID: build.id,
      CODEBUILD_BUILD_IMAGE: build.environment.image,
      CODEBUILD_BUILD_NUMBER: String(build.buildNumber),
      CODEBUILD_INITIATOR: build.initiator,
      CODEBUILD_SRC_DIR: path.join(folder, "src"),
      CODEBUILD_START_TIME: String(Math.round(build.startTime * 1000)),
      ...this.session(build),
    };
  }

  /** Credentials of the role of a project, and the region and the address of the gateway. */
  private session({ arn, id, serviceRole }: Build): Record<string, string> {
    const { account, region } = contextOf(arn);
    const name = `AWSCodeBuild-${id.split(":")[1]!}`;
    const session = newSession();
    this.accounts.add(session, {
      account,
      arn: `arn:${arn.split(":")[1]!}:sts::${account}:assumed-role/${serviceRole.split("/").at(-1)!}/${name}`,
      userId: `${identifier("AROA", 17)}:${name}`,
      expires: Date.now() / 1000 + sessionSeconds,
      ofService: true,
    });
    return {
      AWS_ACCESS_KEY_ID: session.accessKeyId,
      AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
      AWS_SESSION_TOKEN: session.sessionToken,
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_ENDPOINT_URL: this.endpoint,
    };
  }
}

function endPhase(build: Build, phaseStatus: string, problem?: { statusCode: string; message: string }): void {
  const phase = build.phases.at(-1);
  if (!phase) return;
  const endTime = Date.now() / 1000;
  Object.assign(phase, { phaseStatus, endTime, durationInSeconds: Math.round(endTime - phase.startTime) });
  phase.contexts = problem ? [problem] : [];
}
