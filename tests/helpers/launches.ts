// Launches in a world with the engine of a core stack, with faults of AWS, killed runners, and requests of operators.
import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { queueNames, type QueueName } from "@cloister/components/catalog/engine/names";
import { type Fault } from "@cloister/sandbox";
import { descendantsOf } from "./engine";
import { type Item, type RecordView, resultOf, type SelfService, succeeded } from "./self-service";

export interface Build {
  id: string;
  buildStatus: string;
  startTime: string;
  endTime?: string;
  environment: { environmentVariables: { name: string; value: string }[] };
}

/** Settings of a version whose environments are small and leave nothing. */
export const small = (idleMinutes: number): Item => ({
  "cloister-environment:network": { zones: 1, features: ["studio"] },
  "cloister-environment:studio": { idleMinutes },
  "cloister-environment:purge": true,
});

const variablesOf = (processId: number): string =>
  spawnSync("ps", ["eww", "-o", "command=", "-p", String(processId)], { encoding: "utf8" }).stdout;

export class Launches {
  /** Provisioned products by team. */
  readonly products = new Map<string, string>();

  /** `owner` owns the environments. */
  constructor(
    readonly service: SelfService,
    private readonly owner: string,
  ) {}

  /** Sends a request, and runs the dispatcher. */
  async request(sent: Promise<RecordView>): Promise<RecordView> {
    const view = await sent;
    await this.service.dispatch();
    return view;
  }

  /** Launches a version for a team. The other parameters have their defaults. */
  async launch(team: string, artifact: string, values: Record<string, string> = {}): Promise<RecordView> {
    const view = await this.request(this.service.provision(team, { team, owner: this.owner, ...values }, artifact));
    this.products.set(team, view.RecordDetail.ProvisionedProductId);
    return view;
  }

  /** Terminates a provisioned product, and requires that nothing of it remains. */
  async terminated(team: string): Promise<void> {
    const id = this.products.get(team)!;
    assert.deepEqual(resultOf(await this.service.ended(await this.request(this.service.terminate(id)))), succeeded, team);
    this.products.delete(team);
    assert.deepEqual(await this.service.resources(team), []);
    assert.deepEqual(
      (await this.service.objects(id)).filter((key) => key.includes(id) || key.includes(`/${team}-`)),
      [],
    );
  }

  /** The reason of a failed operation. */
  async failure(view: RecordView): Promise<string> {
    const { status, errors } = await this.service.ended(view);
    assert.equal(status, "FAILED");
    return errors;
  }

  /** All builds, or those of a record, the latest first. */
  async builds(record?: RecordView): Promise<Build[]> {
    const { ids } = await this.service.call<{ ids: string[] }>("codebuild", "ListBuilds");
    if (ids.length === 0) return [];
    const { builds } = await this.service.call<{ builds: Build[] }>("codebuild", "BatchGetBuilds", { ids });
    const isOf = ({ environment }: Build) =>
      record === undefined || environment.environmentVariables.some(({ value }) => value === record.RecordDetail.RecordId);
    return builds.filter(isOf).sort((a, b) => Date.parse(b.startTime) - Date.parse(a.startTime));
  }

  /** Status of each ended build of a record, the latest last. */
  async resultsOf(record: RecordView): Promise<string[]> {
    const ended = (await this.builds(record)).filter(({ endTime }) => endTime !== undefined);
    return ended.map(({ buildStatus }) => buildStatus).reverse();
  }

  async withFaults(faults: Fault[], work: () => Promise<void>): Promise<void> {
    const { control } = this.service.stage;
    for (const fault of faults) await control.addFault(fault);
    await work();
    await control.clearFaults();
  }

  /** Number of calls that faults affected. */
  async hits(): Promise<number> {
    return (await this.service.stage.control.faults()).reduce((sum, { hit }) => sum + hit, 0);
  }

  /** Kills the runner of a record with all its processes, as the end of its container does. */
  async killRunner({ RecordDetail }: RecordView): Promise<void> {
    const { pid } = await this.service.stage.control.status();
    const runners = descendantsOf(pid).filter(
      ({ command, pid: id }) => /runner\/main\.ts/.test(command) && variablesOf(id).includes(RecordDetail.RecordId),
    );
    assert.ok(runners.length > 0, `no runner of ${RecordDetail.RecordId}`);
    for (const runner of runners)
      for (const target of [...descendantsOf(runner.pid), runner])
        try {
          process.kill(target.pid, "SIGKILL");
        } catch {
          // It ended with its parent.
        }
  }

  async queueUrl(queue: QueueName): Promise<string> {
    return (await this.service.call<{ QueueUrl: string }>("sqs", "GetQueueUrl", { QueueName: queueNames[queue] })).QueueUrl;
  }

  /** Keys of the locks of stacks in the state bucket. */
  async locks(team: string): Promise<string[]> {
    return (await this.service.objects(this.products.get(team)!)).filter((key) => key.startsWith(".pulumi/locks/"));
  }
}
