import { type Scenario, type Step } from "../scenario";

const account = "111122223333";
const role = (name: string) => `arn:aws:iam::${account}:role/${name}-\${run}`;
const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
const manifest = JSON.stringify({ schemaVersion: 2, mediaType: "application/vnd.oci.image.manifest.v1+json", layers: [] });
const image = (digest: string) => `${account}.dkr.ecr.eu-central-1.amazonaws.com/servers-\${run}@${digest}`;
const container = (more: object = {}) => ({
  name: "server",
  image: image("${digest}"),
  essential: true,
  portMappings: [{ containerPort: 8080, hostPort: 8080, protocol: "tcp" }],
  ...more,
});
const family = { family: "servers-${run}" };
const definition = (more: object = {}, containers: object[] = [container()]) => ({
  ...family,
  networkMode: "awsvpc",
  requiresCompatibilities: ["FARGATE"],
  cpu: "256",
  memory: "512",
  taskRoleArn: role("task"),
  executionRoleArn: role("task"),
  containerDefinitions: containers,
  ...more,
});
const register = (input: object, error: string): Step => ({ call: "ecs:RegisterTaskDefinition", input, error });

const cluster = { cluster: "servers-${run}" };
const network = { awsvpcConfiguration: { subnets: ["${subnet}"], securityGroups: ["${group}"], assignPublicIp: "DISABLED" } };
const service = (more: object = {}) => ({
  ...cluster,
  serviceName: "servers",
  taskDefinition: "${task}",
  launchType: "FARGATE",
  desiredCount: 2,
  networkConfiguration: network,
  deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
  ...more,
});
const create = (more: object, error: string): Step => ({ call: "ecs:CreateService", input: service(more), error });
const described = { ...cluster, services: ["servers"] };
const noCluster = { cluster: "none" };
const noTags = { resourceArn: `arn:aws:ecs:eu-central-1:${account}:cluster/none` };

const parts: Step[] = [
  { call: "ec2:CreateVpc", input: { CidrBlock: "10.93.0.0/24" }, save: { vpc: "Vpc.VpcId" } },
  { call: "ec2:CreateSubnet", input: { VpcId: "${vpc}", CidrBlock: "10.93.0.0/26" }, save: { subnet: "Subnet.SubnetId" } },
  { call: "ec2:CreateSecurityGroup", input: { VpcId: "${vpc}", GroupName: "tasks", Description: "tasks" }, save: { group: "GroupId" } },
  { call: "iam:CreateRole", input: { RoleName: "task-${run}", AssumeRolePolicyDocument: trust } },
];

const deleteParts: Step[] = [
  { call: "iam:DeleteRole", input: { RoleName: "task-${run}" } },
  { call: "ec2:DeleteSecurityGroup", input: { GroupId: "${group}" } },
  { call: "ec2:DeleteSubnet", input: { SubnetId: "${subnet}" } },
  { call: "ec2:DeleteVpc", input: { VpcId: "${vpc}" } },
];

/** Steps that push and delete the image. The tests have no AWS SDK for JavaScript for ECR. */
const push: Step[] = [
  { call: "ecr:CreateRepository", input: { repositoryName: "servers-${run}" } },
  {
    call: "ecr:PutImage",
    input: { repositoryName: "servers-${run}", imageManifest: manifest, imageTag: "1" },
    save: { digest: "image.imageId.imageDigest" },
  },
];
const deleteImage: Step[] = [{ call: "ecr:DeleteRepository", input: { repositoryName: "servers-${run}", force: true } }];

export const ecs: Scenario[] = [
  {
    title: "creates clusters and task definitions for Fargate",
    steps: [
      {
        call: "ecs:CreateCluster",
        input: { clusterName: "servers-${run}", tags: [{ key: "team", value: "fraud" }] },
        save: { arn: "cluster.clusterArn" },
      },
      { call: "ecs:CreateCluster", input: { clusterName: "no spaces" }, error: "InvalidParameterException" },
      {
        call: "ecs:DescribeClusters",
        input: { clusters: ["${arn}", "none"], include: ["TAGS"] },
        output: { clusters: [{ status: "ACTIVE", tags: [{ key: "team", value: "fraud" }] }], failures: [{ reason: "MISSING" }] },
      },
      { call: "ecs:TagResource", input: { resourceArn: "${arn}", tags: [{ key: "stage", value: "dev" }] } },
      { call: "ecs:TagResource", input: { ...noTags, tags: [{ key: "stage", value: "dev" }] }, error: "InvalidParameterException" },
      { call: "ecs:UntagResource", input: { resourceArn: "${arn}", tagKeys: ["team"] } },
      { call: "ecs:UntagResource", input: { ...noTags, tagKeys: ["team"] }, error: "InvalidParameterException" },
      { call: "ecs:ListTagsForResource", input: { resourceArn: "${arn}" }, output: { tags: [{ key: "stage", value: "dev" }] } },
      { call: "ecs:ListTagsForResource", input: noTags, error: "InvalidParameterException" },
      // An image by digest, without a look-up.
      ...[["sha256:" + "a".repeat(64)]].map(
        ([digest]): Step => ({
          call: "ecs:RegisterTaskDefinition",
          input: definition({}, [container({ image: image(digest!) })]),
          output: { taskDefinition: { revision: 1, status: "ACTIVE" } },
          save: { task: "taskDefinition.taskDefinitionArn" },
        }),
      ),
      ...[
        definition({ cpu: "256", memory: "4096" }, [container({ image: "x" })]),
        definition({ networkMode: "bridge" }, [container({ image: "x" })]),
        definition({ executionRoleArn: undefined }, [container({ image: "x", logConfiguration: { logDriver: "awslogs" } })]),
        definition({}, [container({ image: "x", privileged: true })]),
        definition({}, [container({ image: "x", linuxParameters: { capabilities: { add: ["NET_ADMIN"] } } })]),
        definition({}, [container({ image: "x", portMappings: [{ containerPort: 8080, hostPort: 80 }] })]),
        definition({}, [container({ image: "x" }), container({ image: "x" })]),
        definition({ family: "no spaces" }, [container({ image: "x" })]),
      ].map((input) => register(input, "ClientException")),
      {
        call: "ecs:DescribeTaskDefinition",
        input: { taskDefinition: "servers-${run}", include: ["TAGS"] },
        output: { taskDefinition: { taskDefinitionArn: "${task}" }, tags: [] },
      },
      { call: "ecs:DescribeTaskDefinition", input: { taskDefinition: "none:1" }, error: "ClientException" },
      { call: "ecs:DeregisterTaskDefinition", input: { taskDefinition: "${task}" }, output: { taskDefinition: { status: "INACTIVE" } } },
      { call: "ecs:DeregisterTaskDefinition", input: { taskDefinition: "servers-${run}" }, error: "ClientException" },
      { call: "ecs:DeleteCluster", input: cluster, output: { cluster: { status: "INACTIVE" } } },
      { call: "ecs:DeleteCluster", input: cluster, error: "ClusterNotFoundException" },
    ],
  },
  {
    title: "rolls a service back if its tasks cannot start, and deletes a service that has no tasks",
    steps: [
      ...parts,
      { call: "ecs:CreateCluster", input: { clusterName: "servers-${run}" } },
      {
        call: "ecs:RegisterTaskDefinition",
        input: definition({}, [container({ image: image("sha256:" + "a".repeat(64)) })]),
        save: { task: "taskDefinition.taskDefinitionArn" },
      },
      create({ networkConfiguration: undefined }, "InvalidParameterException"),
      create({ networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-0000000a"] } } }, "InvalidParameterException"),
      create({ taskDefinition: "none:1" }, "ClientException"),
      create({ serviceName: "no spaces" }, "InvalidParameterException"),
      create(noCluster, "ClusterNotFoundException"),
      create(
        {
          loadBalancers: [
            {
              targetGroupArn: `arn:aws:elasticloadbalancing:eu-central-1:${account}:targetgroup/none/0123456789abcdef`,
              containerName: "server",
              containerPort: 8080,
            },
          ],
        },
        "InvalidParameterException",
      ),
      { call: "ecs:CreateService", input: service(), output: { service: { runningCount: 0 } }, save: { serviceArn: "service.serviceArn" } },
      { call: "ecs:CreateService", input: service(), error: "InvalidParameterException" },
      {
        call: "ecs:ListServiceDeployments",
        input: { ...cluster, service: "servers" },
        output: { serviceDeployments: [{ status: "ROLLBACK_FAILED" }] },
        save: { deployment: "serviceDeployments.0.serviceDeploymentArn" },
      },
      { call: "ecs:ListServiceDeployments", input: { ...cluster, service: "none" }, error: "ServiceNotFoundException" },
      {
        call: "ecs:DescribeServiceDeployments",
        input: { serviceDeploymentArns: ["${deployment}"] },
        output: { serviceDeployments: [{ status: "ROLLBACK_FAILED" }] },
      },
      { call: "ecs:DescribeServiceDeployments", input: { serviceDeploymentArns: ["none"] }, error: "InvalidParameterException" },
      { call: "ecs:DescribeServices", input: described, output: { services: [{ status: "ACTIVE", desiredCount: 2 }], failures: [] } },
      { call: "ecs:DescribeServices", input: { ...described, ...noCluster }, error: "ClusterNotFoundException" },
      { call: "ecs:DeleteCluster", input: cluster, error: "ClusterContainsServicesException" },
      { call: "ecs:DeleteService", input: { ...cluster, service: "servers" }, error: "InvalidParameterException" },
      { call: "ecs:UpdateService", input: { ...cluster, service: "none", desiredCount: 0 }, error: "ServiceNotFoundException" },
      { call: "ecs:UpdateService", input: { ...cluster, service: "servers", desiredCount: 0 }, output: { service: { desiredCount: 0 } } },
      { call: "ecs:DeleteService", input: { ...cluster, service: "servers" }, output: { service: { status: "DRAINING" } } },
      { call: "ecs:DeleteService", input: { ...cluster, service: "servers" }, error: "ServiceNotActiveException" },
      { call: "ecs:DescribeServices", input: described, output: { services: [{ status: "DRAINING" }] } },
      { call: "ecs:DescribeServices", input: described, output: { services: [{ status: "INACTIVE" }] } },
      { call: "ecs:DeregisterTaskDefinition", input: { taskDefinition: "${task}" } },
      { call: "ecs:DeleteCluster", input: cluster },
      ...deleteParts,
    ],
  },
];

/** The tests have no AWS SDK for JavaScript for ECR. */
export const ecsDeployments: Scenario[] = [
  {
    title: "deploys a service whose image is in ECR, and keeps the earlier tasks if a later image is not",
    steps: [
      ...parts,
      ...push,
      { call: "ecs:CreateCluster", input: { clusterName: "servers-${run}" } },
      { call: "ecs:RegisterTaskDefinition", input: definition(), save: { task: "taskDefinition.taskDefinitionArn" } },
      { call: "ecs:CreateService", input: service(), output: { service: { runningCount: 2, taskDefinition: "${task}" } } },
      {
        call: "ecs:RegisterTaskDefinition",
        input: definition({}, [container({ image: image("sha256:" + "b".repeat(64)) })]),
        save: { later: "taskDefinition.taskDefinitionArn" },
      },
      {
        call: "ecs:UpdateService",
        input: { ...cluster, service: "servers", taskDefinition: "${later}" },
        output: { service: { runningCount: 2, taskDefinition: "${task}" } },
      },
      { call: "ecs:DeleteService", input: { ...cluster, service: "servers", force: true } },
      { call: "ecs:DescribeServices", input: described },
      ...["${task}", "${later}"].map((taskDefinition): Step => ({ call: "ecs:DeregisterTaskDefinition", input: { taskDefinition } })),
      { call: "ecs:DeleteCluster", input: cluster },
      ...deleteImage,
      ...deleteParts,
    ],
  },
];
