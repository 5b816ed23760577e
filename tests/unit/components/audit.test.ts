// Tests the plan of the audit, the event selectors and the filter patterns. Does not prove that AWS accepts them.
import assert from "node:assert/strict";
import { eventSelectors } from "@cloister/components/audit/audit-trail";
import { auditAlarms, bulkReads, protectedCalls } from "@cloister/components/audit/events";
import { lookupAudit, recordedEvents } from "@cloister/components/audit/lookup";
import { sharedLogGroups } from "@cloister/components/audit/log-groups";
import { planAudit } from "@cloister/components/audit/plan";
import { savedQueries } from "@cloister/components/audit/queries";
import { type AuditFindings, type AuditRequest, type FoundTrail } from "@cloister/components/audit/request";
import { auditSettings } from "@cloister/components/audit/settings";
import { matchesWildcard } from "@cloister/components/aws/wildcard";
import { controlsRolePath } from "@cloister/components/controls/permissions";
import { channels } from "@cloister/components/identity/channels/table";
import { keyPolicy } from "@cloister/components/keys/policy";
import { auditBucketPolicy } from "@cloister/components/storage/policy";
import { useMocks } from "../../helpers/mocks";

const context = { accountId: "111122223333", region: "eu-central-1", partition: "aws" };
const arnOf = (name: string, region = context.region) => `arn:aws:cloudtrail:${region}:${context.accountId}:trail/${name}`;
const logGroupArn = `arn:aws:logs:eu-central-1:${context.accountId}:log-group:organization:*`;
const organization: FoundTrail = {
  arn: arnOf("organization"),
  isMultiRegion: true,
  hasValidation: true,
  hasKey: true,
  logGroupArn,
  isLogging: true,
  events: { management: "all", objects: true },
};
const requestOf = (settings: object, more: Partial<AuditRequest> = {}): AuditRequest => ({
  context,
  name: "hub",
  settings: auditSettings().parse(settings)!,
  tags: {},
  purge: false,
  path: "cloister-core:audit",
  ...more,
});
const problemsOf = (settings: object, findings: AuditFindings = { trails: [organization] }, more: Partial<AuditRequest> = {}) =>
  planAudit(requestOf(settings, more), findings).problems.map(({ setting, text }) => `${setting.split(":")[1]} ${text}`);

describe("the plan of an audit", () => {
  const existing = { existingTrailArn: organization.arn, alerts: {} };

  it("accepts an existing trail that records everything, and finds its log group", () =>
    assert.deepEqual(planAudit(requestOf(existing), { trails: [organization] }), {
      plan: {
        existing: { arn: organization.arn, logGroupName: "organization" },
        alerts: requestOf(existing).settings.alerts,
        savedQueries: false,
      },
      problems: [],
      warnings: [],
    }));

  const faults: [string, Partial<FoundTrail>, RegExp[]][] = [
    [
      "without management events",
      { events: { management: "none", objects: true } },
      [/^audit\.existingTrailArn must record all management events.*Fix: aws cloudtrail put-event-selectors --trail-name arn/],
    ],
    ["with a part of the management events", { events: { management: "part", objects: true } }, [/must record all management events/]],
    ["of one region", { isMultiRegion: false }, [/must be a trail for all regions.*--is-multi-region-trail$/]],
    ["that does not log", { isLogging: false }, [/must log \(got arn.*Fix: aws cloudtrail start-logging --name arn/]],
    ["without validation", { hasValidation: false }, [/must have log file validation.*--enable-log-file-validation$/]],
    ["without a log group", { logGroupArn: undefined }, [/^audit\.alerts requires a trail that sends its events to a log group/]],
    ["with a log group in another region", { logGroupArn: logGroupArn.replace("eu-central-1", "us-east-1") }, [/^audit\.alerts requires/]],
    [
      "with all faults",
      { isMultiRegion: false, hasValidation: false, isLogging: false, events: { management: "none", objects: false } },
      [/all regions/, /validation/, /must log/, /management events/],
    ],
  ];
  for (const [title, fault, expected] of faults)
    it(`rejects an existing trail ${title}, with the next step`, () => {
      const problems = problemsOf(existing, { trails: [{ ...organization, ...fault } as FoundTrail] });
      assert.equal(problems.length, expected.length, problems.join("\n"));
      expected.forEach((pattern, i) => assert.match(problems[i]!, pattern));
    });

  it("rejects an existing trail that does not record the account", () =>
    assert.match(problemsOf({ existingTrailArn: arnOf("none") }).join(), /must be a trail that records account 111122223333/));

  it("warns about an existing trail without a key or objects, and about what it cannot read", () => {
    const warningsOf = (found: Partial<FoundTrail>) =>
      planAudit(requestOf({ existingTrailArn: organization.arn }), { trails: [{ ...organization, ...found } as FoundTrail] }).warnings!.map(
        ({ text }) => text.split(" ").slice(0, 6).join(" "),
      );
    assert.deepEqual(warningsOf({ hasKey: false }), ["names a trail without a KMS"]);
    assert.deepEqual(warningsOf({ events: { management: "all", objects: false } }), ["names a trail that records no"]);
    assert.deepEqual(warningsOf({ events: undefined }), ["cannot be validated completely: the deploying"]);
  });

  it("rejects a trail that would record management events again, unless the settings accept it", () => {
    assert.match(
      problemsOf({ trail: {} }).join(),
      /^audit\.trail must not record management events again, which trail arn:aws:cloudtrail:eu-central-1:111122223333:trail\/organization records already/,
    );
    assert.deepEqual(problemsOf({ trail: { acceptDuplicate: true } }), []);
  });

  it("creates a trail next to trails that record less, and next to its own trail", () => {
    for (const found of [
      { ...organization, isMultiRegion: false },
      { ...organization, isLogging: false },
      { ...organization, events: { management: "part" as const, objects: true } },
      { ...organization, arn: arnOf("hub-trail") },
    ])
      assert.deepEqual(problemsOf({ trail: {} }, { trails: [found] }), []);
  });

  it("rejects the trail of a second core stack in the account", () =>
    assert.match(
      problemsOf({ trail: {} }, { trails: [{ ...organization, arn: arnOf("other-trail") }] }).join(),
      /trail\/other-trail records already/,
    ));

  it("rejects settings that contradict each other", () => {
    assert.match(problemsOf({ trail: {}, existingTrailArn: organization.arn }, { trails: [] }).join(), /must not be set together with/);
    assert.match(problemsOf({ alerts: {} }).join(), /^audit\.alerts requires a trail/);
    assert.match(
      problemsOf({ trail: { objectLock: { mode: "COMPLIANCE" } } }, { trails: [] }, { purge: true }).join(),
      /objectLock\.mode must be GOVERNANCE if 'purge' is true/,
    );
    assert.deepEqual(problemsOf({ trail: { objectLock: { mode: "COMPLIANCE" } } }, { trails: [] }), []);
    assert.match(
      problemsOf({ trail: { readerArns: ["arn:aws:iam::999900001111:role/Auditors"] } }, { trails: [] }).join(),
      /^audit\.trail\.readerArns\[0\] must be a role or user of account 111122223333/,
    );
  });

  it("rejects a trail with tags that CloudTrail rejects", () => {
    const tags = { "cost-center": "", team: "ml" };
    assert.match(
      problemsOf({ trail: {} }, { trails: [] }, { tags }).join(),
      /^audit\.trail must not be set with an empty value in the tag 'cost-center'/,
    );
    assert.deepEqual(problemsOf({ existingTrailArn: organization.arn }, { trails: [organization] }, { tags }), []);
  });

  it("reports credentials that only the provider reads", () =>
    assert.match(
      problemsOf({ trail: {} }, { unreadCredentials: "aws:assumeRoles" }).join(),
      /^audit requires credentials that the AWS SDK reads/,
    ));
});

describe("the lookup of trails", () => {
  const use = (answers: NonNullable<Parameters<typeof useMocks>[0]["answers"]>, config: Record<string, unknown> = {}) =>
    useMocks({ project: "it", stack: "it", config, answers });

  it("reads each trail by its ARN, also the trails of other regions", async () => {
    const world = await use({
      "cloudtrail:DescribeTrails": () => ({ trailList: [{ Name: "all", TrailARN: arnOf("all", "us-east-1"), IsMultiRegionTrail: true }] }),
      "cloudtrail:GetTrailStatus": () => ({ IsLogging: true }),
      "cloudtrail:GetEventSelectors": () => ({ EventSelectors: [{ IncludeManagementEvents: true, ReadWriteType: "All" }] }),
    });
    assert.deepEqual(await lookupAudit(requestOf({ trail: {} })), {
      trails: [
        {
          arn: arnOf("all", "us-east-1"),
          isMultiRegion: true,
          hasValidation: false,
          hasKey: false,
          isLogging: true,
          events: { management: "all", objects: false },
        },
      ],
    });
    assert.deepEqual(
      world.calls.map(({ token, inputs }) => [token, inputs.Name ?? inputs.TrailName ?? inputs.includeShadowTrails]),
      [
        ["cloudtrail:DescribeTrails", true],
        ["cloudtrail:GetTrailStatus", arnOf("all", "us-east-1")],
        ["cloudtrail:GetEventSelectors", arnOf("all", "us-east-1")],
      ],
    );
  });

  it("lists a trail whose settings the role cannot read", async () => {
    await use({ "cloudtrail:DescribeTrails": () => ({ trailList: [{ TrailARN: arnOf("all"), KmsKeyId: "k" }] }) });
    const { trails } = await lookupAudit(requestOf({ existingTrailArn: arnOf("all") }));
    assert.deepEqual(trails, [{ arn: arnOf("all"), isMultiRegion: false, hasValidation: false, hasKey: true }]);
  });

  it("makes no call without a trail in the settings, or with credentials that only the provider reads", async () => {
    const world = await use({}, { "aws:assumeRoles": [{ roleArn: "arn:aws:iam::111122223333:role/Deploy" }] });
    assert.deepEqual(await lookupAudit(requestOf({})), {});
    assert.deepEqual(await lookupAudit(requestOf({ trail: {} })), { unreadCredentials: "aws:assumeRoles" });
    assert.deepEqual(world.calls, []);
  });

  it("reports an error of AWS", async () => {
    await use({ "cloudtrail:DescribeTrails": () => undefined });
    await assert.rejects(lookupAudit(requestOf({ trail: {} })), /not authorized to perform: cloudtrail:DescribeTrails/);
  });
});

describe("the events that selectors record", () => {
  const advanced = (...all: [string, string][][]) => ({
    AdvancedEventSelectors: all.map((fields) => ({ FieldSelectors: fields.map(([Field, value]) => ({ Field, Equals: [value] })) })),
  });
  const cases: [string, Parameters<typeof recordedEvents>[0], string, boolean][] = [
    ["no selectors", {}, "none", false],
    ["basic selectors", { EventSelectors: [{}] }, "all", false],
    ["only reads", { EventSelectors: [{ ReadWriteType: "ReadOnly" }] }, "part", false],
    ["all except KMS", { EventSelectors: [{ ExcludeManagementEventSources: ["kms.amazonaws.com"] }] }, "part", false],
    [
      "only data events",
      { EventSelectors: [{ IncludeManagementEvents: false, DataResources: [{ Type: "AWS::S3::Object" }] }] },
      "none",
      true,
    ],
    ["advanced selectors", advanced([["eventCategory", "Management"]]), "all", false],
    [
      "advanced selectors of reads",
      advanced([
        ["eventCategory", "Management"],
        ["readOnly", "true"],
      ]),
      "part",
      false,
    ],
    [
      "advanced selectors of objects",
      advanced([
        ["eventCategory", "Data"],
        ["resources.type", "AWS::S3::Object"],
      ]),
      "none",
      true,
    ],
  ];
  for (const [title, selectors, management, objects] of cases)
    it(`are read from ${title}`, () => assert.deepEqual(recordedEvents(selectors), { management, objects }));
});

describe("the event selectors of a trail", () => {
  const selectorsOf = (settings: object) =>
    eventSelectors("aws", auditSettings().parse({ trail: settings })!.trail!, ["hub-audit", "hub-logs"]);

  it("record all events except deliveries to the log buckets", () => {
    const [management, objects, ...sagemaker] = selectorsOf({});
    assert.deepEqual(management!.fieldSelectors, [{ field: "eventCategory", equals: ["Management"] }]);
    assert.deepEqual(objects!.fieldSelectors.at(-1), {
      field: "resources.ARN",
      notStartsWiths: ["arn:aws:s3:::hub-audit/", "arn:aws:s3:::hub-logs/"],
    });
    assert.deepEqual(
      sagemaker.map(({ fieldSelectors }) => fieldSelectors[1]!.equals),
      ["Endpoint", "FeatureGroup", "ExperimentTrialComponent", "MlflowTrackingServer"].map((type) => [`AWS::SageMaker::${type}`]),
    );
  });

  it("record only buckets with the prefixes, and nothing of SageMaker if switched off", () => {
    const [, objects, ...others] = selectorsOf({ bucketPrefixes: ["fraud-dev-"], sagemakerDataEvents: false });
    assert.deepEqual(objects!.fieldSelectors.at(-1)!.startsWiths, ["arn:aws:s3:::fraud-dev-"]);
    assert.deepEqual(others, []);
  });
});

/** Whether a filter pattern of CloudWatch Logs matches an event. Supports the operators of the alarms. */
function matches(pattern: string, event: object): boolean {
  const valueAt = (path: string) =>
    path.split(".").reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], event);
  const decided = pattern
    .slice(1, -1)
    .replace(/\$\.([\w.]+) NOT EXISTS/g, (_, path: string) => String(valueAt(path) === undefined))
    .replace(/\$\.([\w.]+) (!?=) "([^"]*)"/g, (_, path: string, operator: string, value: string) => {
      const found = valueAt(path);
      return String((typeof found === "string" && matchesWildcard(value, found)) === (operator === "="));
    });
  if (!/^([\s()&|]|true|false)+$/.test(decided)) throw new Error(`The test cannot evaluate ${decided}`);
  const flat = (text: string) => text.split("||").some((part) => part.split("&&").every((value) => value.trim() === "true"));
  let text = decided;
  while (text.includes("(")) text = text.replace(/\(([^()]*)\)/g, (_, inner: string) => String(flat(inner)));
  return flat(text);
}

describe("the alarms on events of a trail", () => {
  const call = (eventSource: string, eventName: string, more: object = {}) => ({
    eventSource: `${eventSource}.amazonaws.com`,
    eventName,
    eventType: "AwsApiCall",
    userIdentity: { type: "AssumedRole" },
    ...more,
  });
  const as = (name: string) => ({
    userIdentity: { type: "AssumedRole", sessionContext: { sessionIssuer: { arn: `arn:aws:iam::${context.accountId}:role${name}` } } },
  });
  type Case = [title: string, event: object, alarms: string[]];
  const cases: Case[] = [
    ["a call of the root user", call("iam", "CreateUser", { userIdentity: { type: "Root" } }), ["root-use"]],
    ["a sign-in of the root user", call("signin", "ConsoleLogin", { userIdentity: { type: "Root" } }), ["root-use"]],
    [
      "a failed sign-in of the root user",
      call("signin", "ConsoleLogin", { userIdentity: { type: "Root" }, errorMessage: "Failed authentication" }),
      ["root-failures"],
    ],
    [
      "a failed call of the root user",
      call("iam", "CreateUser", { userIdentity: { type: "Root" }, errorCode: "EntityAlreadyExistsException", errorMessage: "exists" }),
      ["root-failures"],
    ],
    ["a failed call of another user", call("iam", "CreateUser", { errorCode: "EntityAlreadyExistsException", errorMessage: "exists" }), []],
    [
      "a call of an AWS service for the root user",
      call("kms", "Decrypt", { userIdentity: { type: "Root", invokedBy: "s3.amazonaws.com" } }),
      [],
    ],
    ["a denied call", call("sagemaker", "CreateModel", { errorCode: "AccessDeniedException" }), ["denied-account-calls"]],
    ["a denied call of EC2", call("ec2", "CreateVpc", { errorCode: "Client.UnauthorizedOperation" }), ["denied-account-calls"]],
    ["another error", call("sagemaker", "CreateModel", { errorCode: "ValidationException" }), []],
    ["the deletion of a key", call("kms", "ScheduleKeyDeletion"), ["key-deletion"]],
    ["the disabling of a key", call("kms", "DisableKey"), ["key-deletion"]],
    ["the deletion of key material", call("kms", "DeleteImportedKeyMaterial"), ["key-deletion"]],
    ["the use of a key", call("kms", "Decrypt"), []],
    ["a stopped trail", call("cloudtrail", "StopLogging"), ["trail-changes"]],
    ...["CreateTrail", "UpdateTrail", "DeleteTrail", "StartLogging", "PutEventSelectors", "PutInsightSelectors"].map(
      (name): Case => [`the call ${name}`, call("cloudtrail", name), ["trail-changes"]],
    ),
    [
      "a denied stop of a trail",
      call("cloudtrail", "StopLogging", { errorCode: "AccessDenied" }),
      ["denied-account-calls", "denied-protected-changes"],
    ],
    ["a stop of an unknown trail", call("cloudtrail", "StopLogging", { errorCode: "TrailNotFoundException" }), []],
    [
      "a denied deletion of a key",
      call("kms", "ScheduleKeyDeletion", { errorCode: "AccessDenied" }),
      ["denied-account-calls", "denied-protected-changes"],
    ],
    ...protectedCalls.monitoring.flatMap((name): Case[] => [
      [`the call ${name}`, call("other", name), ["monitoring-changes"]],
      [
        `the denied call ${name}`,
        call("other", name, { errorCode: "AccessDeniedException" }),
        ["denied-account-calls", "denied-protected-changes"],
      ],
    ]),
    ["the creation of an alarm", call("monitoring", "PutMetricAlarm"), []],
    ["a read of a trail", call("cloudtrail", "GetTrailStatus"), []],
    ["a read of an object", call("s3", "GetObject"), ["object-reads"]],
    ["a denied read of an object", call("s3", "GetObject", { errorCode: "AccessDenied" }), ["denied-account-calls"]],
    ["a read by an AWS service", call("s3", "GetObject", { userIdentity: { type: "AWSService", invokedBy: "a" } }), []],
    ["a description of a job", call("sagemaker", "DescribeTrainingJob"), ["text-reads"]],
    ["a search", call("sagemaker", "Search"), ["text-reads"]],
    ["a description by a user", call("sagemaker", "DescribeModel", { userIdentity: { type: "IAMUser" } }), ["text-reads"]],
    ...["/cloister/eu-central-1/controls/work/execution", "/cloister/eu-central-1/fraud-dev/work/x-controls-role", "/Auditors"].map(
      (name): Case => [`a description by role ${name}`, call("sagemaker", "DescribeModel", as(name)), ["text-reads"]],
    ),
    [
      "a description by an evaluator",
      call("sagemaker", "DescribeModel", as(`${controlsRolePath(context, "hub")}hub-controls-role-0a1b2c3`)),
      [],
    ],
    ["a denied description", call("sagemaker", "DescribeModel", { errorCode: "AccessDeniedException" }), ["denied-account-calls"]],
    ["the start of a job", call("sagemaker", "CreateTrainingJob"), []],
    ["a query of logs", call("logs", "StartQuery"), ["log-reads"]],
    ["a list of log groups", call("logs", "DescribeLogGroups"), []],
    ["a denied query of logs", call("logs", "StartQuery", { errorCode: "AccessDeniedException" }), ["denied-account-calls"]],
  ];
  for (const [title, event, expected] of cases)
    it(`count ${title} ${expected.length === 0 ? "nowhere" : `in ${expected.join()}`}`, () =>
      assert.deepEqual(
        auditAlarms.filter(({ pattern }) => matches(pattern, event)).map(({ name }) => name),
        expected,
      ));

  it("count no failed call without a threshold, so that principals without permissions cannot hold them in the state ALARM", () => {
    const failures = ["root-failures", "denied-protected-changes"];
    for (const { name, pattern, threshold } of auditAlarms)
      assert.equal(pattern.includes("$.errorCode NOT EXISTS"), threshold !== "deniedCallsAbove" && !failures.includes(name), name);
  });

  it("have patterns that CloudWatch Logs accepts by length", () =>
    assert.deepEqual(
      auditAlarms.filter(({ pattern }) => pattern.length > 1024).map(({ name }) => name),
      [],
    ));

  it("count every read of texts and logs in the channel table", () => {
    /** CloudTrail records these as data events or as writes, or they return names. */
    const others = /^sagemaker:(Invoke|CreatePresigned|GetRecord|ListRecords)|^logs:DescribeLogStreams$/;
    const missed = [...channels].flatMap(([action, { returns }]) => {
      const [service, event] = action.split(":") as [string, string];
      if (returns !== "data" || !(service in bulkReads) || others.test(action)) return [];
      return bulkReads[service as keyof typeof bulkReads].some((pattern) => matchesWildcard(pattern, event)) ? [] : [action];
    });
    assert.deepEqual(missed, []);
  });
});

describe("the policies of a trail", () => {
  const trailArn = arnOf("hub-trail");
  const statements = (json: string) => (JSON.parse(json) as { Statement: Record<string, unknown>[] }).Statement;

  it("let only the trail write to the bucket, below the folder of the account", () =>
    assert.deepEqual(
      statements(auditBucketPolicy("hub-audit", { ...context, trailArn })).map(({ Sid, Effect, Resource, Condition }) => [
        Sid,
        Effect,
        Resource,
        Condition,
      ]),
      [
        ["TlsOnly", "Deny", ["arn:aws:s3:::hub-audit", "arn:aws:s3:::hub-audit/*"], { Bool: { "aws:SecureTransport": "false" } }],
        ["TrailReadsAcl", "Allow", "arn:aws:s3:::hub-audit", { StringEquals: { "aws:SourceArn": trailArn } }],
        [
          "TrailWrites",
          "Allow",
          "arn:aws:s3:::hub-audit/AWSLogs/111122223333/*",
          { StringEquals: { "aws:SourceArn": trailArn, "s3:x-amz-acl": "bucket-owner-full-control" } },
        ],
        ["OnlyTrailWrites", "Deny", "arn:aws:s3:::hub-audit/*", { StringNotEqualsIfExists: { "aws:SourceArn": trailArn } }],
      ],
    ));

  it("let only the trail encrypt, and only readers decrypt, through S3", () => {
    const reader = "arn:aws:iam::111122223333:role/Auditors";
    const uses = (readerArns: string[]) => statements(keyPolicy({ ...context, trail: { trailArn, readerArns } })).slice(1);
    assert.deepEqual(
      uses([reader]).map(({ Sid, Action, Condition }) => [Sid, Action, Condition]),
      [
        ["TrailEncrypts", ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey*"], { StringEquals: { "aws:SourceArn": trailArn } }],
        [
          "AuditorsRead",
          ["kms:Decrypt"],
          { ArnLike: { "aws:PrincipalArn": [reader] }, StringEquals: { "kms:ViaService": ["s3.eu-central-1.amazonaws.com"] } },
        ],
      ],
    );
    assert.deepEqual(
      uses([]).map(({ Sid }) => Sid),
      ["TrailEncrypts"],
    );
  });
});

describe("the log groups that SageMaker shares", () => {
  const groupsOf = async (answers: NonNullable<Parameters<typeof useMocks>[0]["answers"]>) => {
    await useMocks({ project: "it", stack: "it", config: {}, answers });
    return planAudit(requestOf({ logGroups: {} }), await lookupAudit(requestOf({ logGroups: {} })));
  };
  const training = "/aws/sagemaker/TrainingJobs";
  const exists = { getLogGroups: () => ({ logGroupNames: [training, "/aws/sagemaker/Endpoints/fraud"] }) };
  const unlimited = { getLogGroup: () => ({ retentionInDays: 0, kmsKeyId: "" }) };

  it("are created with a retention", async () =>
    assert.deepEqual((await groupsOf({})).plan.logGroups, { create: sharedLogGroups, retentionDays: 365 }));

  it("stay as they are if another creator created them, with a warning about what is missing", async () => {
    const { plan, warnings, problems } = await groupsOf({ ...exists, ...unlimited });
    assert.deepEqual(
      plan.logGroups!.create,
      sharedLogGroups.filter((name) => name !== training),
    );
    assert.deepEqual(problems, []);
    assert.deepEqual(warnings, [
      {
        setting: "cloister-core:audit.logGroups",
        text: `does not change log group ${training}, which exists without retention and key. Fix: aws logs put-retention-policy --log-group-name ${training} --retention-in-days 365 && aws logs associate-kms-key --log-group-name ${training} --kms-key-id <keyArn of this stack>`,
      },
    ]);
  });

  it("cause no warning with retention and key", async () => {
    const { warnings } = await groupsOf({ ...exists, getLogGroup: () => ({ retentionInDays: 30, kmsKeyId: "arn:aws:kms:…" }) });
    assert.deepEqual(warnings, []);
  });

  it("stay in a stack that created them", async () => {
    const { plan, warnings } = await groupsOf({ ...exists, ...unlimited, getParameter: () => ({ value: sharedLogGroups.join(",") }) });
    assert.deepEqual([plan.logGroups!.create, warnings], [sharedLogGroups, []]);
  });
});

describe("the saved queries", () => {
  it("have names and lengths that CloudWatch Logs accepts", () =>
    assert.deepEqual(
      savedQueries.filter(({ name, query }) => /[:*/]/.test(name) || query.length > 10_000).map(({ name }) => name),
      [],
    ));

  it("filter the calls that open Studio, start jobs and are denied", () => {
    const queryOf = (name: string) => savedQueries.find((found) => found.name === name)!.query;
    assert.match(queryOf("who-opened-studio"), /CreatePresignedDomainUrl/);
    for (const kind of ["Training", "Processing", "Transform", "HyperParameterTuning", "AutoML"])
      assert.match(`Create${kind}Job`, new RegExp(/like \/(.+?)\//.exec(queryOf("jobs-and-data"))![1]!));
    assert.match(queryOf("denied-calls"), /AccessDenied/);
  });
});
