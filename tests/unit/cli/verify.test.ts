// Tests the checks of `cloister verify` with recorded responses, and the command's plan, order, cleanup and texts.
// Does not prove that an account answers like this: only a run of the command does.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as http from "node:http";
import { type AddressInfo } from "node:net";
import * as path from "node:path";
import { root } from "@cloister/cli";
import {
  type Assumption,
  assumptions,
  assumptionTable,
  chooseAssumptions,
  listText,
  lookupTarget,
  locationOf,
  openVerifyClient,
  planText,
  type Result,
  resultText,
  type Run,
  type Target,
  type TrailEvent,
  trailEvent,
  verify,
} from "@cloister/cli/testing";
import { Interrupted, silent, UserError } from "@cloister/common";

const account = "111122223333";
const role = (name: string) => `arn:aws:iam::${account}:role/cloister/eu-central-1/fraud-dev/work/fraud-dev-${name}-0a1b2c3`;
const roles = { execution: role("execution"), pipeline: role("pipeline"), model: role("model") };
const dataScientist = `arn:aws:iam::${account}:role/cloister/euc1/fraud-dev-data-scientist-0a1b2c3`;
const target: Target = {
  environment: "fraud-dev",
  partition: "aws",
  account,
  region: "eu-central-1",
  values: {
    "data-bucket-name": "fraud-dev-data",
    "data-key-arn": `arn:aws:kms:eu-central-1:${account}:key/data`,
    "domain-id": "d-1",
    "execution-role-arn": roles.execution,
    "model-bucket-name": "fraud-dev-models",
    "model-role-arn": roles.model,
    "pipeline-role-arn": roles.pipeline,
    "s3-endpoint-id": "vpce-s3",
    "subnet-ids": "subnet-1,subnet-2",
    "volume-key-arn": `arn:aws:kms:eu-central-1:${account}:key/volumes`,
    "vpc-id": "vpc-1",
    "workload-security-group-id": "sg-1",
  },
  endpointServices: ["com.amazonaws.eu-central-1.sts"],
  dataScientistRoleArn: dataScientist,
};

/** What an account shows: calls, runs, tags, decisions of IAM. */
interface Account {
  events?: Partial<TrailEvent>[];
  runs?: Run[];
  tagged?: Record<string, string>[];
  decide?: (action: string, want: string) => string;
  endpointServices?: string[];
}

const eventOf = (event: Partial<TrailEvent>): TrailEvent => ({
  id: "e-1",
  time: "2026-01-01T00:00:00Z",
  name: "None",
  roleArn: roles.execution,
  request: {},
  ...event,
});

type Client = Parameters<typeof verify>[2];
const clientOf = ({ events = [], runs = [], tagged = [], decide = (_, want) => want }: Account, more: Partial<Client> = {}): Client => ({
  events: (name) => Promise.resolve(events.map(eventOf).filter((event) => event.name === name)),
  runs: () => Promise.resolve(runs),
  tagged: () => Promise.resolve(tagged.map((tags, i) => ({ name: `r-${i}`, tags }))),
  simulate: ({ action, want }) => Promise.resolve(decide(action, want)),
  createInterface: () => Promise.resolve("eni-1"),
  authorizeAccount: () => Promise.resolve("OperationNotPermitted"),
  deleteInterface: () => Promise.resolve(),
  leftoverInterfaces: () => Promise.resolve([]),
  ...more,
});

const byId = (id: string): Assumption => chooseAssumptions(assumptions, [id])[0]!;
const quiet = { progress: silent };
async function stateOf(id: string, shown: Account): Promise<Result> {
  const seen = shown.endpointServices ? { ...target, endpointServices: shown.endpointServices } : target;
  return (await verify([byId(id)], seen, clientOf(shown), quiet))[0]!;
}

const denied = { errorCode: "AccessDeniedException", errorMessage: "not authorized" };
const tag = { "cloister:environment": "fraud-dev" };
const calls = (name: string, more: Partial<TrailEvent> = {}): Account => ({ events: [{ name, ...more }] });
const run = (status: string, failureReason?: string): Account => ({
  runs: [{ name: "x", status, ...(failureReason && { failureReason }) }],
});

/** The profile of Ana, created by its launch role in a product that this session launched. */
const launched = (session: string): Account =>
  calls("CreateUserProfile", {
    roleArn: "arn:aws:iam::111122223333:role/cloister/eu-central-1/fraud-dev/launch/fraud-dev-launch-profile-ana",
    request: {
      tags: [
        { key: "cloister:person", value: "ana" },
        { key: "aws:servicecatalog:provisioningPrincipalArn", value: session },
      ],
    },
  });

/** Recorded responses for each check: one that supports the assumption, one that contradicts it, and some that show nothing. */
const recorded: Record<string, { holds: Account; fails: Account; unknown?: Account[] }> = {
  "codeartifact-source-vpc": { holds: calls("ReadFromRepository"), fails: calls("ReadFromRepository", denied) },
  "codeartifact-key-grant": { holds: calls("ReadFromRepository"), fails: calls("ReadFromRepository", denied) },
  "codeartifact-bearer-token": {
    holds: calls("GetServiceBearerToken"),
    fails: calls("GetServiceBearerToken", { endpointId: "vpce-1" }),
  },
  "athena-called-via": {
    holds: calls("GetTable", { invokedBy: "athena.amazonaws.com" }),
    fails: calls("GetPartitions", { invokedBy: "athena.amazonaws.com", ...denied }),
    unknown: [calls("GetTable"), calls("GetTable", denied)],
  },
  "connections-read": { holds: calls("UseConnection"), fails: calls("UseConnection", denied) },
  "connections-write": {
    holds: calls("UseConnection", { request: { providerPermissionsRequired: "read_write" } }),
    fails: calls("UseConnection", { request: { providerPermissionsRequired: "read_write" }, ...denied }),
    unknown: [calls("UseConnection")],
  },
  "connections-credential-helper": { holds: calls("UseConnection"), fails: calls("UseConnection", denied) },
  "feature-groups-online-only": {
    holds: calls("CreateFeatureGroup"),
    fails: calls("CreateFeatureGroup", denied),
    unknown: [calls("CreateFeatureGroup", { request: { offlineStoreConfig: {} }, ...denied })],
  },
  "no-kms-endpoint": {
    holds: run("Completed"),
    fails: run("Failed", "KMS.AccessDenied"),
    unknown: [run("InProgress"), { ...run("Completed"), endpointServices: ["com.amazonaws.eu-central-1.kms"] }],
  },
  "models-call-no-sagemaker": {
    holds: run("InService"),
    fails: run("Failed", "The primary container did not pass the ping health check"),
    unknown: [run("Creating")],
  },
  "images-in-sagemaker-network": {
    holds: run("Completed"),
    fails: run("Failed", "Cannot pull the image"),
    unknown: [run("Failed", "AlgorithmError"), { ...run("Completed"), endpointServices: ["com.amazonaws.eu-central-1.ecr.dkr"] }],
  },
  "ecr-resource-account": { holds: run("Completed"), fails: run("Failed", "access to the ECR repository is denied") },
  "foundation-model-arn": { holds: calls("InvokeModel"), fails: calls("InvokeModelWithResponseStream", denied) },
  "interfaces-outside-endpoints": {
    holds: calls("CreateNetworkInterface"),
    fails: calls("CreateNetworkInterface", { endpointId: "vpce-1" }),
    unknown: [calls("CreateNetworkInterface", { roleArn: "arn:aws:iam::111122223333:role/other" })],
  },
  "authorized-accounts": {
    holds: calls("CreateNetworkInterfacePermission"),
    fails: calls("CreateNetworkInterfacePermission", { errorCode: "Client.UnauthorizedOperation" }),
  },
  "notebook-start-calls": {
    holds: calls("CreateNetworkInterface", { roleArn: dataScientist, invokedBy: "sagemaker.amazonaws.com" }),
    fails: calls("StartNotebookInstance", { roleArn: dataScientist, ...denied }),
    unknown: [calls("CreateNetworkInterface", { invokedBy: "sagemaker.amazonaws.com" })],
  },
  "no-reads-of-sagemaker": { holds: run("Completed"), fails: run("Failed", "AccessDeniedException: not authorized to perform logs:Get") },
  "studio-page-calls": { holds: calls("ListSpaces"), fails: calls("ListPipelines", denied) },
  "describe-in-domain": { holds: calls("DescribeSpace"), fails: calls("DescribeSpace", denied) },
  "context-in-boundary": { holds: calls("CreateApp"), fails: calls("CreateSpace", denied) },
  "pipeline-calls": {
    holds: calls("CreateTrainingJob", { roleArn: roles.pipeline }),
    fails: calls("DescribeProcessingJob", { roleArn: roles.pipeline, ...denied }),
    unknown: [calls("CreateTrainingJob")],
  },
  "pipeline-role-without-network": {
    holds: calls("CreateNetworkInterface"),
    fails: calls("CreateNetworkInterface", { roleArn: roles.pipeline }),
  },
  "tuning-definitions": {
    holds: calls("CreateHyperParameterTuningJob", { request: { trainingJobDefinitions: [{ vpcConfig: {} }, {}] }, ...denied }),
    fails: calls("CreateHyperParameterTuningJob", { request: { trainingJobDefinitions: [{ vpcConfig: {} }, {}] } }),
    unknown: [calls("CreateHyperParameterTuningJob", { request: { trainingJobDefinitions: [{ vpcConfig: {} }] } })],
  },
  "added-tags": {
    holds: calls("CreateSpace", { request: { tags: [{ key: "sagemaker:domain-arn", value: "x" }] } }),
    fails: calls("CreateTrainingJob", { request: { tags: [{ key: "studio-color", value: "x" }] }, ...denied }),
    unknown: [calls("CreateApp", { request: { tags: [{ key: "cloister:owner", value: "x" }] }, ...denied })],
  },
  "domain-tags": { holds: { tagged: [tag] }, fails: { tagged: [tag, {}] } },
  "pipeline-execution-tags": { holds: { tagged: [tag] }, fails: { tagged: [{ "cloister:environment": "fraud-dev-2" }] } },
  "model-version-tags": { holds: { tagged: [tag] }, fails: { tagged: [{}] } },
  "monitor-definition-name": {
    holds: calls("CreateMonitoringSchedule", { request: { monitoringScheduleConfig: { monitoringJobDefinitionName: "d" } } }),
    fails: calls("CreateMonitoringSchedule", {
      roleArn: dataScientist,
      request: { monitoringScheduleConfig: { monitoringJobDefinitionName: "d" } },
      ...denied,
    }),
    unknown: [calls("CreateMonitoringSchedule", denied)],
  },
  "role-propagation": {
    holds: calls("CreateNotebookInstance", { roleArn: "arn:aws:iam::111122223333:role/deployer" }),
    fails: calls("CreateDomain", { errorCode: "ValidationException", errorMessage: "Could not assume role" }),
    unknown: [calls("CreateDomain", { errorCode: "ResourceInUse", errorMessage: "exists" })],
  },
  "source-arn-notebooks": { holds: run("Stopped"), fails: run("Failed", "Cannot assume the role") },
  "source-arn-automl": { holds: run("Completed"), fails: run("Failed", "Could not assume role") },
  "source-arn-monitors": { holds: run("CompletedWithViolations"), fails: run("Failed", "The trust policy of the role") },
  "iam-evaluation": { holds: {}, fails: { decide: (action, want) => (action === "s3:GetObject" ? "implicitDeny" : want) }, unknown: [] },
  "product-change": {
    holds: launched(`arn:aws:sts::111122223333:assumed-role/fraud-dev-data-scientist/ana`),
    fails: launched(`arn:aws:sts::111122223333:assumed-role/fraud-dev-data-scientist/bo`),
    unknown: [
      calls("CreateUserProfile"),
      {
        events: launched("arn:aws:sts::111122223333:assumed-role/fraud-dev-data-scientist/bo").events!.map((event) => ({
          ...event,
          ...denied,
        })),
      },
    ],
  },
  "domain-updates": {
    holds: calls("UpdateDomain"),
    fails: calls("UpdateDomain", {
      errorCode: "ValidationException",
      errorMessage: "VpcId and Subnet IDs are required for updating domains to VpcOnly mode",
    }),
  },
  "profile-updates": {
    holds: calls("UpdateUserProfile"),
    fails: calls("UpdateUserProfile", {
      errorCode: "ValidationException",
      errorMessage: "Unable to update UserProfile with InService App",
    }),
  },
  "open-apps": {
    holds: calls("CreatePresignedDomainUrl"),
    fails: calls("CreatePresignedDomainUrl", { endpointId: "vpce-1" }),
    unknown: [calls("CreatePresignedDomainUrl", { roleArn: dataScientist })],
  },
};

describe("assumptions about AWS", () => {
  it("have unique IDs", () => assert.equal(new Set(assumptions.map(({ id }) => id)).size, assumptions.length));

  for (const { id, code } of assumptions)
    it(`name existing code: ${id}`, () => {
      const text = fs.readFileSync(path.join(root, code.file), "utf8");
      assert.ok(text.includes(code.symbol), `${code.file} does not contain '${code.symbol}'`);
    });

  it("fill a table with one row each", () => {
    const rows = assumptionTable();
    assert.equal(rows.length, assumptions.length + 2);
    for (const row of rows) assert.equal(row.split(" | ").length, rows[0]!.split(" | ").length, row);
  });

  it("have recorded responses for every check, and no others", () =>
    assert.deepEqual(Object.keys(recorded).sort(), assumptions.flatMap(({ id, check }) => ("none" in check ? [] : [id])).sort()));

  for (const [id, { holds, fails, unknown = [] }] of Object.entries(recorded)) {
    it(`hold, fail and remain open as the account shows: ${id}`, async () => {
      const [held, failed] = [await stateOf(id, holds), await stateOf(id, fails)];
      assert.deepEqual([held.state, held.fallback], ["holds", undefined], held.detail);
      assert.deepEqual([failed.state, failed.fallback], ["fails", byId(id).fallback], failed.detail);
      for (const shown of id === "iam-evaluation" ? [] : [{}, ...unknown]) {
        const open = await stateOf(id, shown);
        assert.equal(open.state, "unknown", `${JSON.stringify(shown)}: ${open.detail}`);
        assert.doesNotMatch(open.detail, /the check cannot run/);
      }
    });
  }

  it("remain open if no check is possible, with the reason", async () => {
    const open = await verify(
      assumptions.filter(({ check }) => "none" in check),
      target,
      clientOf({}),
      quiet,
    );
    assert.ok(open.length > 5);
    for (const { state, detail } of open) assert.ok(state === "unknown" && detail.startsWith("no check: "), detail);
  });

  it("remain open if AWS denies the check, with the error", async () => {
    const error = Object.assign(new Error("not authorized to perform cloudtrail:LookupEvents"), { name: "AccessDeniedException" });
    const client = clientOf({}, { events: () => Promise.reject(error) });
    const [result] = await verify([byId("open-apps")], target, client, quiet);
    assert.deepEqual([result!.state, result!.detail], ["unknown", `the check cannot run: AccessDeniedException: ${error.message}`]);
  });

  it("never hold in a sandbox world, but can fail there", async () => {
    const inSandbox = { ...quiet, isSandbox: true };
    const [held] = await verify([byId("open-apps")], target, clientOf(recorded["open-apps"]!.holds), inSandbox);
    assert.deepEqual([held!.state, /^only AWS can show it; the sandbox answers as assumed/.test(held!.detail)], ["unknown", true]);
    const [failed] = await verify([byId("open-apps")], target, clientOf(recorded["open-apps"]!.fails), inSandbox);
    assert.equal(failed!.state, "fails");
  });
});

describe("checks that create resources", () => {
  const creating = byId("authorized-accounts");
  /** Runs the check and returns its result and the calls that change resources. */
  async function create(more: Partial<Client> = {}, options: Partial<Parameters<typeof verify>[3]> = {}) {
    const log: string[] = [];
    const client = clientOf(
      {},
      {
        createInterface: ({ subnetId, groupId }) => Promise.resolve(`eni of ${subnetId} ${groupId}`),
        deleteInterface: (id) => Promise.resolve(void log.push(`delete ${id}`)),
        ...more,
      },
    );
    const [result] = await verify([creating], target, client, { ...quiet, create: true, ...options });
    return { result: result!, log };
  }

  it("hold if EC2 rejects the account, and delete the interface", async () => {
    const { result, log } = await create();
    assert.deepEqual([result.state, log], ["holds", ["delete eni of subnet-1 sg-1"]]);
  });

  it("fail if EC2 accepts the account, and delete the interface", async () => {
    const { result, log } = await create({ authorizeAccount: () => Promise.resolve(undefined) });
    assert.deepEqual([result.state, log.length], ["fails", 1]);
  });

  it("remain open if the credentials cannot make the call", async () => {
    const { result, log } = await create({ authorizeAccount: () => Promise.resolve("UnauthorizedOperation") });
    assert.deepEqual([result.state, log.length], ["unknown", 1]);
  });

  it("delete the interface after an error, and after an interrupt", async () => {
    const { result, log } = await create({ authorizeAccount: () => Promise.reject(new Error("cut")) });
    assert.deepEqual([result.state, log.length], ["unknown", 1]);
    const stop = new AbortController();
    const log2: string[] = [];
    const client = clientOf(
      {},
      {
        authorizeAccount() {
          stop.abort(new Interrupted());
          return Promise.resolve("OperationNotPermitted");
        },
        deleteInterface: (id) => Promise.resolve(void log2.push(id)),
      },
    );
    const interrupt = { signal: stop.signal, engine: stop.signal };
    await assert.rejects(verify([creating, byId("open-apps")], target, client, { ...quiet, create: true, interrupt }), Interrupted);
    assert.deepEqual(log2, ["eni-1"]);
  });

  it("run although what an earlier run left cannot be looked up", async () => {
    const { result } = await create({ leftoverInterfaces: () => Promise.reject(new Error("denied")) });
    assert.equal(result.state, "holds");
  });

  it("delete first what an earlier run left", async () => {
    const { log } = await create({ leftoverInterfaces: () => Promise.resolve(["eni-old"]) });
    assert.deepEqual(log, ["delete eni-old", "delete eni of subnet-1 sg-1"]);
  });

  it("report an interface that AWS does not delete", async () => {
    const notes: string[] = [];
    const progress = { ...silent, note: (text: string) => void notes.push(text) };
    await create({ deleteInterface: () => Promise.reject(new Error("in use")) }, { progress });
    assert.match(notes.join("\n"), /network interface eni of subnet-1 sg-1 was not deleted: in use\. Run the command again/);
  });

  it("create nothing without --create", async () => {
    const { log, result } = await create({ createInterface: () => assert.fail() }, { create: false });
    assert.deepEqual([log, result.state], [[], "unknown"]);
  });
});

describe("resources in an account with several environments", () => {
  const parents = [
    { name: "own", environment: "fraud-dev" },
    { name: "other", environment: "risk-dev" },
  ];
  const arn = (kind: string, name: string) => `arn:aws:sagemaker:eu-central-1:${account}:${kind}/${name}`;
  type Input = { PipelineName?: string; ModelPackageGroupName?: string; ResourceArn?: string };
  /** SageMaker with a pipeline and a model group of each environment. Their executions and versions have no tags. */
  const operations: Record<string, (input: Input) => object> = {
    ListPipelines: () => ({
      PipelineSummaries: parents.map(({ name }) => ({ PipelineName: name, PipelineArn: arn("pipeline", name) })),
    }),
    ListPipelineExecutions: ({ PipelineName }) => ({
      PipelineExecutionSummaries: [
        { PipelineExecutionArn: arn("pipeline-execution", PipelineName!), PipelineExecutionStatus: "Succeeded" },
      ],
    }),
    ListModelPackageGroups: () => ({
      ModelPackageGroupSummaryList: parents.map(({ name }) => ({
        ModelPackageGroupName: name,
        ModelPackageGroupArn: arn("model-package-group", name),
      })),
    }),
    ListModelPackages: ({ ModelPackageGroupName }) => ({
      ModelPackageSummaryList: [{ ModelPackageArn: arn("model-package", ModelPackageGroupName!), ModelPackageStatus: "Completed" }],
    }),
    ListTags({ ResourceArn }) {
      const parent = parents.find(({ name }) => new RegExp(`:(pipeline|model-package-group)/${name}$`).test(ResourceArn!));
      return { Tags: parent ? [{ Key: "cloister:environment", Value: parent.environment }] : [] };
    },
  };
  const server = http.createServer((request, response) => {
    const operation = String(request.headers["x-amz-target"]).replace("SageMaker.", "");
    let body = "";
    request.on("data", (part) => (body += part));
    request.on("end", () => response.end(JSON.stringify(operations[operation]!(JSON.parse(body) as Input))));
  });
  before(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
  after(() => server.close());

  for (const [kind, name] of [
    ["pipeline execution", arn("pipeline-execution", "own")],
    ["model package version", arn("model-package", "own")],
  ] as const)
    it(`are checked only in the environment: ${kind}`, async () => {
      const AWS_ENDPOINT_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const env = { AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b", AWS_SESSION_TOKEN: "c" };
      const aws = openVerifyClient({ env, world: { dir: "", name: "try", stateDir: "" } }, target, { days: 1 });
      assert.deepEqual(await aws.tagged(kind), [{ name, tags: {} }]);
    }).timeout(20_000);
});

describe("cloister verify", () => {
  it("shows the plan: what each check reads, and with --create what it creates", () => {
    const chosen = [byId("authorized-accounts"), byId("metric-namespaces")];
    assert.match(planText(chosen, {}), /reads CloudTrail: CreateNetworkInterfacePermission/);
    assert.doesNotMatch(planText(chosen, {}), /metric-namespaces|creates/);
    assert.match(planText(chosen, { create: true }), /creates a network interface in a private subnet, and deletes it/);
  });

  it("shows the fallback of each assumption that does not hold", () => {
    const results: Result[] = [
      { id: "a", area: "roles", assumption: "A is B", state: "fails", detail: "C", fallback: "set D" },
      { id: "e", area: "roles", assumption: "E is F", state: "unknown", detail: "G" },
    ];
    const text = resultText("fraud-dev", results);
    assert.match(text, /fraud-dev: 0 hold, 1 do not hold, 1 not checkable now\./);
    assert.match(text, /'a' does not hold: A is B\.\n {2}Fallback: set D$/);
  });

  it("lists code, effect, fallback and check", () =>
    assert.match(
      listText([byId("open-apps")]),
      /^open-apps \(studio\): .*\n {2}code: components\/identity.*\n {2}effect if wrong: .*\n {2}fallback: .*\n {2}check: CloudTrail: /,
    ));

  it("reports missing credentials and errors of AWS without a stack trace", async () => {
    const env = { AWS_ENDPOINT_URL: "http://127.0.0.1:1", AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b", AWS_SESSION_TOKEN: "c" };
    const world = { dir: "", name: "try", stateDir: "" };
    await assert.rejects(
      lookupTarget({ env, world }, { id: "fraud-dev", environment: "fraud-dev", region: "eu-central-1" }),
      (error: Error) => {
        assert.match(error.message, /^Cannot look up 'fraud-dev' in eu-central-1\. .*ECONNREFUSED/);
        return error instanceof UserError;
      },
    );
  }).timeout(20_000);

  it("rejects unknown IDs", () =>
    assert.throws(() => chooseAssumptions(assumptions, ["open-apps", "none"]), /No assumption has the ID none\. To list the IDs:/));

  it("finds the environment and region in the settings of a stack", () =>
    assert.deepEqual(locationOf({ id: "fraud-dev", settingsFile: path.join(root, "environment", "Pulumi.fraud-dev.yaml") }), {
      id: "fraud-dev",
      environment: "fraud-dev",
      region: "eu-central-1",
    }));

  it("reads role, service and endpoint of a record", () => {
    const record = {
      eventID: "e",
      eventTime: "2026-01-01T00:00:00Z",
      eventName: "CreateNetworkInterface",
      userIdentity: { invokedBy: "sagemaker.amazonaws.com", sessionContext: { sessionIssuer: { arn: roles.execution } } },
      vpcEndpointId: "vpce-1",
      errorCode: "Client.UnauthorizedOperation",
      requestParameters: null,
    };
    assert.deepEqual(trailEvent({ CloudTrailEvent: JSON.stringify(record) }), {
      id: "e",
      time: "2026-01-01T00:00:00Z",
      name: "CreateNetworkInterface",
      roleArn: roles.execution,
      invokedBy: "sagemaker.amazonaws.com",
      endpointId: "vpce-1",
      errorCode: "Client.UnauthorizedOperation",
      request: {},
    });
  });
});
