// Rows that are denied even for roles with all permissions: changes to networks, sharing, sign-in, tags or approval,
// and writes to other accounts. Only the permissions boundaries deny these requests.
import { type Context, type Row, type RowKit } from "../row-kit";

export function boundaries({ ids, arn, sm, unknown, inside, ownTag, row }: RowKit): Row[] {
  const eni = arn("ec2", "network-interface/eni-1");
  const ownEni: Context = { "ec2:Vpc": arn("ec2", `vpc/${ids.vpcId}`) };
  const profile = (name: string) => sm(`user-profile/${ids.domainId}/${name}`);
  const space = sm(`space/${ids.domainId}/notes`);
  const version = sm(`model-package/${ids.environment}-models/1`);
  const group = sm(`model-package-group/${ids.environment}-models`);
  const requests: [tries: string, action: string, resource: string, context?: Context][] = [
    ["moves a network interface into another security group", "ec2:ModifyNetworkInterfaceAttribute", eni, ownEni],
    ["attaches a network interface to an instance", "ec2:AttachNetworkInterface", eni, ownEni],
    ["assigns an address to a network interface", "ec2:AssignPrivateIpAddresses", eni, ownEni],
    ["shares a model package group with another account", "sagemaker:PutModelPackageGroupPolicy", group, ownTag],
    ["stops sharing a model package group", "sagemaker:DeleteModelPackageGroupPolicy", group, ownTag],
    ["shares the lineage with another account", "sagemaker:PutLineageGroupPolicy", "*"],
    ["shares any SageMaker resource", "sagemaker:PutResourcePolicy", "*"],
    ["creates a profile", "sagemaker:CreateUserProfile", profile("x"), ownTag],
    ["changes a profile", "sagemaker:UpdateUserProfile", profile("x"), ownTag],
    ["deletes a profile", "sagemaker:DeleteUserProfile", profile("x"), ownTag],
    ["connects a remote editor to a space", "sagemaker:StartSession", space, ownTag],
    ["runs a script in all apps", "sagemaker:CreateStudioLifecycleConfig", sm("studio-lifecycle-config/x")],
    ["runs a script in notebook instances", "sagemaker:CreateNotebookInstanceLifecycleConfig", sm("notebook-instance-lifecycle-config/x")],
    [
      "changes the script of notebook instances",
      "sagemaker:UpdateNotebookInstanceLifecycleConfig",
      sm("notebook-instance-lifecycle-config/x"),
    ],
    ["creates an image of apps", "sagemaker:CreateImage", sm("image/x")],
    ["creates a version of an image of apps", "sagemaker:CreateImageVersion", sm("image/x")],
    ["creates a workflow for human reviews", "sagemaker:CreateFlowDefinition", sm("flow-definition/x")],
    ["sends data to human reviewers", "sagemaker:StartHumanLoop", sm("flow-definition/x")],
    ["invites people outside", "sagemaker:CreateWorkteam", sm("workteam/x")],
    ["copies a model to a hub", "sagemaker:ImportHubContent", sm("hub/x")],
    ["sends models to devices", "sagemaker:CreateEdgeDeploymentPlan", sm("edge-deployment/x")],
    ["moves a resource into another environment", "sagemaker:AddTags", sm("training-job/x"), ownTag],
    ["removes the tag of the environment", "sagemaker:DeleteTags", sm("training-job/x"), ownTag],
    [
      "opens the profile of another user",
      "sagemaker:CreatePresignedDomainUrl",
      profile("somebody-else"),
      { ...inside, "aws:ResourceTag/cloister:person": "somebody-else", "aws:userid": `AROAEXAMPLE:${ids.person}` },
    ],
    [
      "opens the notebook instance of another user",
      "sagemaker:CreatePresignedNotebookInstanceUrl",
      sm("notebook-instance/x"),
      { ...inside, "aws:ResourceTag/cloister:person": "somebody-else", "aws:userid": `AROAEXAMPLE:${ids.person}` },
    ],
    ["encrypts data under a key of another account", "kms:Encrypt", `arn:aws:kms:${ids.region}:${unknown.account}:key/x`],
    ["passes a role to another service", "iam:PassRole", ids.roleArns.execution!, { "iam:PassedToService": "lambda.amazonaws.com" }],
  ];
  const tries = "changes networks, sharing, sign-in, tags or approval with the role of a product that has all permissions";
  const attack = { attack: { by: "insider", tries } } as const;
  const products = ["product", "hub-product"].flatMap((caller) => [
    ...requests.map(([does, action, resource, context]) =>
      row(caller, `with all permissions ${does}`, "denied", action, resource, context, {
        ...attack,
        // The other account has granted the role the use of its key.
        ...(action === "kms:Encrypt" && { isOpen: true }),
      }),
    ),
    row(
      caller,
      "with all permissions writes to a bucket of another account",
      "denied",
      "s3:PutObject",
      "arn:aws:s3:::foreign/x",
      {},
      {
        owner: unknown.account,
        isOpen: true,
        ...attack,
      },
    ),
    row(
      caller,
      "with all permissions opens the profile of its user",
      "allowed",
      "sagemaker:CreatePresignedDomainUrl",
      profile(ids.profile),
      {
        ...inside,
        "aws:ResourceTag/cloister:person": ids.person,
        "aws:userid": `AROAEXAMPLE:${ids.person}`,
      },
    ),
    row(caller, "with all permissions tags on creation", "allowed", "sagemaker:AddTags", sm("training-job/x"), {
      "sagemaker:TaggingAction": "CreateTrainingJob",
    }),
  ]);

  // The boundary of an account also belongs to existing team administrators, so it allows approval.
  const approvals = [
    ...["UpdateModelPackage", "CreateModelPackage"].flatMap((action) => [
      row("product", `with all permissions approves a model: ${action}`, "denied", `sagemaker:${action}`, version, {
        ...ownTag,
        "sagemaker:ModelApprovalStatus": "Approved",
      }),
      row("product", `with all permissions approves a model by its stage: ${action}`, "denied", `sagemaker:${action}`, version, {
        ...ownTag,
        "sagemaker:ModelLifeCycle:StageStatus": "approved",
      }),
      row("product", `with all permissions registers a model: ${action}`, "allowed", `sagemaker:${action}`, version, {
        ...ownTag,
        "sagemaker:ModelApprovalStatus": "PendingManualApproval",
      }),
    ]),
  ];
  // A core stack creates no VPC for workloads, so any VPC endpoint is enough.
  const logs = arn("logs", "log-group:/aws/sagemaker/TrainingJobs:log-stream:x");
  const ofHub = (it: string, want: Row["want"], action: string, resource: string, context: Context = {}) =>
    row("hub-product", `with all permissions ${it}`, want, action, resource, context, want === "denied" ? attack : {});
  const outside = ids.hubPeopleNetwork === "anywhere" ? "allowed" : "denied";
  const hub = [
    ofHub("reads logs outside", outside, "logs:GetLogEvents", logs),
    ofHub("reads logs inside", "allowed", "logs:GetLogEvents", logs, inside),
    ofHub("reads metrics outside", outside, "cloudwatch:GetMetricData", "*"),
    ofHub("searches SageMaker resources outside", outside, "sagemaker:Search", "*"),
    ofHub("lets another account add a public address to an interface", "denied", "ec2:CreateNetworkInterfacePermission", eni, {
      ...ownEni,
      "ec2:Permission": "EIP-ASSOCIATE",
    }),
  ];
  return [...products, ...approvals, ...hub];
}
