// Rows about reads of what users and jobs write: descriptions, logs, metrics and tags. They must not leave the network.
import { attack, type Context, type Row, type RowKit } from "../row-kit";

interface Read {
  action: string;
  resource: string;
  context?: Context;
  /** `sagemaker`: `people.network` also decides for Studio's execution role. `users`: for user roles. Default: always inside. */
  decidedBy?: "sagemaker" | "users";
}

/** Data that an insider or code inside the network writes, and that a principal outside reads. */
const tries = "writes data into descriptions, parameters, logs, metrics or tags, and reads them from outside the network";

export function networkReads(kit: RowKit): Row[] {
  const { ids, arn, sm, inside, elsewhere, ownTag, otherEnvironmentTag, row } = kit;
  const { environment, peopleNetwork } = ids;
  const described: Read[] = [
    ["DescribeTrainingJob", "training-job/x"],
    ["DescribeProcessingJob", "processing-job/x"],
    ["DescribePipeline", "pipeline/x"],
    ["DescribePipelineDefinitionForExecution", "pipeline/x/execution/y"],
    ["DescribeTrialComponent", "experiment-trial-component/x"],
    ["DescribeMonitoringSchedule", "monitoring-schedule/x"],
    ["DescribeModelPackage", `model-package/${environment}-models/1`],
    ["BatchDescribeModelPackage", `model-package/${environment}-models/1`],
  ].map(([action, resource]) => ({
    action: `sagemaker:${action}`,
    resource: sm(resource!),
    context: ownTag,
    decidedBy: "sagemaker" as const,
  }));
  const listed: Read[] = [
    ...["Search", "GetSearchSuggestions", "QueryLineage", "ListProcessingJobs", "ListPipelines", "ListTrialComponents"].map((action) => ({
      action: `sagemaker:${action}`,
      resource: "*",
    })),
    { action: "sagemaker:ListPipelineExecutions", resource: sm("pipeline/x") },
    { action: "sagemaker:ListTags", resource: sm("training-job/x") },
  ].map((read) => ({ ...read, decidedBy: "sagemaker" as const }));
  const jobLogs = arn("logs", "log-group:/aws/sagemaker/TrainingJobs");
  const streams: Read[] = ["GetLogEvents", "DescribeLogStreams"].map((action) => ({
    action: `logs:${action}`,
    resource: action === "GetLogEvents" ? `${jobLogs}:log-stream:x` : jobLogs,
    decidedBy: "users",
  }));
  const metrics: Read[] = ["GetMetricData", "ListMetrics"].map((action) => ({
    action: `cloudwatch:${action}`,
    resource: "*",
    decidedBy: "users",
  }));
  const values: Read[] = [{ action: "ssm:GetParameter", resource: arn("ssm", `parameter/cloister/${environment}/vpc-id`) }];
  const userReads: Read[] = [
    ...described,
    ...listed,
    ...streams,
    { action: "logs:FilterLogEvents", resource: jobLogs, decidedBy: "users" },
    ...metrics,
  ];
  const deniedCalls = arn("logs", `log-group:/aws/events/cloister/${environment}/denied-calls`);
  const reads: Record<string, Read[]> = {
    execution: [...described, ...listed, ...streams, ...values],
    notebook: [...described, ...listed, ...streams, ...values],
    "data-scientist": [
      ...userReads,
      ...values,
      { action: "cloudwatch:DescribeAlarms", resource: arn("cloudwatch", "alarm:x"), decidedBy: "users" },
    ],
    "team-administrator": [
      ...userReads,
      { action: "logs:StartQuery", resource: deniedCalls, decidedBy: "users" },
      { action: "tag:GetResources", resource: "*", decidedBy: "users" },
    ],
    lifecycle: ["ListProcessingJobs", "ListTransformJobs", "ListAutoMLJobs", "ListPipelines"].map((action) => ({
      action: `sagemaker:${action}`,
      resource: "*",
      decidedBy: "sagemaker",
    })),
  };

  const isReadAnywhere = (caller: string, { decidedBy }: Read) =>
    peopleNetwork === "anywhere" &&
    (decidedBy === "sagemaker" ? caller !== "notebook" : decidedBy === "users" && !["execution", "notebook"].includes(caller));
  const rows = Object.entries(reads).flatMap(([caller, of]) =>
    of.flatMap((read) => {
      const { action, resource, context } = read;
      const outside = isReadAnywhere(caller, read) ? "allowed" : "denied";
      const by = ["execution", "notebook"].includes(caller) ? "stolen session" : "insider";
      const attack = outside === "denied" ? { attack: { by, tries } as const } : {};
      return [
        row(caller, `reads inside: ${action}`, "allowed", action, resource, { ...inside, ...context }),
        row(caller, `reads outside: ${action}`, outside, action, resource, context, attack),
        row(caller, `reads in another network: ${action}`, outside, action, resource, { ...elsewhere, ...context }, attack),
        ...(context
          ? [
              row(caller, `reads inside what belongs to another environment: ${action}`, "denied", action, resource, {
                ...inside,
                ...otherEnvironmentTag,
              }),
              row(caller, `reads inside what has no tag: ${action}`, "denied", action, resource, inside),
            ]
          : []),
      ];
    }),
  );

  // The hub's administrator has no network, so it reads no text at all, or some from any network.
  const neverInHub = /:(Search|GetSearchSuggestions|QueryLineage|ListTrialComponents|ListTags|GetResources)$/;
  const wantInHub = (action: string) => (ids.hubPeopleNetwork === "anywhere" && !neverInHub.test(action) ? "allowed" : "denied");
  const hub = [...described, ...listed, ...streams, ...metrics, { action: "tag:GetResources", resource: "*" }].flatMap(
    ({ action, resource, context }) =>
      Object.entries({ outside: {}, inside }).map(([where, from]) =>
        row(
          "data-science-administrator",
          `reads ${where}: ${action}`,
          wantInHub(action),
          action,
          resource,
          { ...from, ...context, "aws:ResourceTag/cloister:owner": "somebody" },
          wantInHub(action) === "denied" ? { attack: { by: "insider", tries } } : {},
        ),
      ),
  );

  hub.push(
    row(
      "data-science-administrator",
      "describes a job without the tags of Cloister",
      "denied",
      "sagemaker:DescribeTrainingJob",
      sm("training-job/x"),
    ),
  );

  // The Pipelines service calls from its own network, and no other caller can have the role.
  const pipeline = [
    ...described
      .filter(({ action }) => /:Describe(TrainingJob|ProcessingJob|TrialComponent|ModelPackage)$/.test(action))
      .flatMap(({ action, resource }) => [
        row("pipeline", `describes a step: ${action}`, "allowed", action, resource, ownTag),
        row("pipeline", `describes another environment's resource: ${action}`, "denied", action, resource, otherEnvironmentTag),
      ]),
    ...listed.map(({ action, resource }) => row("pipeline", `lists: ${action}`, "denied", action, resource, ownTag)),
    ...["StartPipelineExecution", "UpdatePipeline"].map((action) =>
      row("pipeline", `changes a pipeline: ${action}`, "denied", `sagemaker:${action}`, sm("pipeline/x"), ownTag),
    ),
  ];

  // Model containers read only their artifact.
  const model = [...streams, ...described].map(({ action, resource, context }) =>
    row("model", `reads inside: ${action}`, "denied", action, resource, { ...inside, ...context }),
  );

  // Names, states and costs, for administrators outside the network.
  const names = ["ListApps", "ListDomains", "ListEndpoints", "ListModels", "ListSpaces", "ListTrainingJobs", "ListUserProfiles"];
  const administrators = ["team-administrator", "lifecycle", "data-science-administrator"].flatMap((caller) =>
    names.map((action) => row(caller, `lists names outside: ${action}`, "allowed", `sagemaker:${action}`, "*")),
  );
  const operations = [
    ...["team-administrator", "data-science-administrator"].flatMap((caller) => [
      row(caller, "sees costs outside", "allowed", "budgets:ViewBudget", `arn:aws:budgets::${ids.accountId}:budget/x`),
      row(caller, "sees states of alarms outside", "allowed", "cloudwatch:DescribeAlarms", arn("cloudwatch", "alarm:x")),
    ]),
    row(
      "data-science-administrator",
      "stops a job of any environment outside",
      "allowed",
      "sagemaker:StopTrainingJob",
      sm("training-job/x"),
      {
        "aws:ResourceTag/cloister:owner": "somebody",
      },
    ),
    row("data-scientist", "lists names outside", peopleNetwork === "anywhere" ? "allowed" : "denied", "sagemaker:ListTrainingJobs", "*"),
  ];

  // The Studio page calls from outside the network, with the user's domain and profile.
  const studio: Context = { "sagemaker:DomainId": ids.domainId, "sagemaker:UserProfileName": ids.profile };
  const page = [
    ...["ListApps", "ListDomains", "ListSpaces", "ListUserProfiles"].map((action) =>
      row("execution", `shows the Studio page: ${action}`, "allowed", `sagemaker:${action}`, "*", studio),
    ),
    ...["DescribeUserProfile", "DescribeApp"].map((action) => {
      const type = { DescribeUserProfile: "user-profile", DescribeApp: "app" }[action];
      return row(
        "execution",
        `shows the Studio page: ${action}`,
        "allowed",
        `sagemaker:${action}`,
        sm(`${type}/${ids.domainId}/${action === "DescribeApp" ? "notes/JupyterLab/default" : "x"}`),
        studio,
      );
    }),
    ...["ListApps", "ListDomains"].map((action) =>
      row("notebook", `lists Studio outside: ${action}`, "denied", `sagemaker:${action}`, "*"),
    ),
  ];

  const space = sm(`space/${ids.domainId}/notes`);
  const describesSpace = (it: string, want: Row["want"], context: Context) =>
    row("execution", `describes its space ${it}`, want, "sagemaker:DescribeSpace", space, { ...studio, ...context });
  const spaces = [
    describesSpace("inside", "allowed", inside),
    describesSpace("outside", peopleNetwork === "anywhere" ? "allowed" : "denied", {}),
    describesSpace("in another network", peopleNetwork === "anywhere" ? "allowed" : "denied", elsewhere),
  ];

  const createdLogs = {
    execution: ["ProcessingJobs", "TrainingJobs", "TransformJobs", "studio"],
    notebook: ["ProcessingJobs", "TrainingJobs", "TransformJobs", "NotebookInstances"],
    model: ["Endpoints/any-name"],
  };
  // AWS evaluates the request with this suffix.
  const createsLogs = (caller: string, group: string, want: Row["want"], context: Context = {}) =>
    row(
      caller,
      `creates the log group ${group}`,
      want,
      "logs:CreateLogGroup",
      arn("logs", `log-group:/aws/sagemaker/${group}:log-stream:`),
      context,
    );

  // SageMaker writes logs and metrics with the role, from the SageMaker network.
  const writes = (["execution", "notebook", "model"] as const).flatMap((caller) => [
    ...["CreateLogStream", "PutLogEvents"].map((action) =>
      row(caller, `writes logs from SageMaker's network: ${action}`, "allowed", `logs:${action}`, `${jobLogs}:log-stream:x`),
    ),
    ...createdLogs[caller].map((group) => createsLogs(caller, group, "allowed")),
    ...attack("stolen session", "writes data into the name of a log group, which the owner of a foreign key reads", [
      createsLogs(caller, "TrainingJobs-data", "denied"),
      ...(caller === "model" ? [createsLogs(caller, "Endpoints/data", "denied", inside)] : []),
    ]),
    ...(
      [
        ["/aws/sagemaker/TrainingJobs", "allowed"],
        ["aws/sagemaker/Endpoints/data-metrics", "allowed"],
        ["aws/sagemaker/ModelMonitoring/explainability-metrics", "allowed"],
        ["/aws/sagemaker/any-text", "denied"],
        ["AWS/SageMaker", "denied"],
      ] as const
    ).map(([namespace, want]) =>
      row(caller, `writes metrics of ${namespace}`, want, "cloudwatch:PutMetricData", "*", { "cloudwatch:namespace": namespace }),
    ),
  ]);
  const itself = sm(`notebook-instance/${environment}-ledger`);
  const stops = ["StopNotebookInstance", "DescribeNotebookInstance"].flatMap((action) => [
    row("notebook", `uses itself inside: ${action}`, "allowed", `sagemaker:${action}`, itself, inside),
    row(
      "notebook",
      `uses itself outside: ${action}`,
      "denied",
      `sagemaker:${action}`,
      itself,
      {},
      { attack: { by: "stolen session", tries } },
    ),
  ]);

  return [...rows, ...hub, ...pipeline, ...model, ...administrators, ...operations, ...page, ...spaces, ...writes, ...stops];
}

/** Rows about network interfaces: SageMaker creates and shares them, and code inside the network does not. */
export function networkInterfaces({ ids, arn, inside, row }: RowKit): Row[] {
  const ownVpc: Context = { "ec2:Vpc": arn("ec2", `vpc/${ids.vpcId}`) };
  const shared: Context = { ...ownVpc, "ec2:Permission": "INSTANCE-ATTACH" };
  const subnet = arn("ec2", `subnet/${ids.subnetIds[0]}`);
  const eni = arn("ec2", "network-interface/eni-1");
  return ["execution", "notebook", "model"].flatMap((caller) => {
    const denied = (it: string, action: string, resource: string, context: Context, tries: string) =>
      row(caller, it, "denied", `ec2:${action}`, resource, context, { attack: { by: "malicious package", tries } });
    const share = (it: string, context: Context) =>
      denied(it, "CreateNetworkInterfacePermission", eni, context, "shares a network interface of the environment with another account");
    return [
      row(caller, "shares an interface with SageMaker", "allowed", "ec2:CreateNetworkInterfacePermission", eni, shared),
      row(caller, "creates an interface from SageMaker's network", "allowed", "ec2:CreateNetworkInterface", subnet),
      denied(
        "creates an interface inside",
        "CreateNetworkInterface",
        subnet,
        inside,
        "writes data into the description of a network interface",
      ),
      share("shares an interface inside", { ...shared, ...inside }),
      share("shares an interface of another VPC", { ...shared, "ec2:Vpc": arn("ec2", "vpc/vpc-other") }),
      share("shares an interface with another service", { ...shared, "ec2:AuthorizedService": "codebuild.amazonaws.com" }),
      share("lets another account add a public address to an interface", { ...shared, "ec2:Permission": "EIP-ASSOCIATE" }),
    ];
  });
}

/** Rows about bucket names of the environment that another account owns, after the bucket of the environment was deleted. */
export function foreignBuckets({ ids, unknown, inside, row }: RowKit): Row[] {
  const { dataBucketArn, modelBucketArn } = ids;
  const calls: [caller: string, action: string, resource: string][] = [
    ...["execution", "notebook"].flatMap((caller): [string, string, string][] => [
      [caller, "s3:PutObject", `${dataBucketArn}/x`],
      [caller, "s3:GetObject", `${modelBucketArn}/x`],
      [caller, "s3:ListBucket", dataBucketArn],
    ]),
    ["pipeline", "s3:GetObject", `${dataBucketArn}/x`],
    ["pipeline", "s3:ListBucket", dataBucketArn],
    ["model", "s3:GetObject", `${modelBucketArn}/x`],
    ["model", "s3:ListBucket", modelBucketArn],
    ["model", "s3:PutObject", `${dataBucketArn}/endpoint-capture/x`],
    ["data-science-administrator", "s3:GetBucketPolicy", dataBucketArn],
  ];
  return calls.map(([caller, action, resource]) =>
    row(caller, `uses the environment's bucket name in another account: ${action}`, "denied", action, resource, inside, {
      owner: unknown.account,
      isOpen: true,
      attack: { by: "stranger", tries: "creates a bucket with the name of a deleted bucket of the environment" },
    }),
  );
}
