// Builds the permissions and the container of the tasks. Pure.
import { arnsIn, type AwsContext } from "../../aws/context";
import { document, type Permission } from "../../aws/policy-document";
import { filePrefix, indexPrefix } from "../index-keys";
import { healthPaths } from "../server/health";

/** Port of the server in a task. */
export const serverPort = 8080;

/** User `node` of the image. */
const serverUser = "1000:1000";

/** The trust policy of both roles of a task. Source: Amazon ECS "Amazon ECS task IAM role", confused deputy. */
export const taskTrust = (context: AwsContext) =>
  document([
    {
      Sid: "TasksOfThisAccount",
      Effect: "Allow",
      Principal: { Service: "ecs-tasks.amazonaws.com" },
      Action: "sts:AssumeRole",
      Condition: {
        StringEquals: { "aws:SourceAccount": context.accountId },
        ArnLike: { "aws:SourceArn": arnsIn(context, "ecs", "*") },
      },
    },
  ]);

const readableArns = (partition: string, bucketName: string) =>
  [indexPrefix, filePrefix].map((prefix) => `arn:${partition}:s3:::${bucketName}/${prefix}*`);

/** Permissions of the task role. Without `s3:ListBucket`, S3 answers a missing object with 403. Source: AWS API `GetObject`. */
export const taskPermissions = ({ partition }: AwsContext, bucketName: string): Permission[] => [
  {
    about: "Read the objects of the mirror's bucket.",
    statement: { Sid: "ReadPackages", Effect: "Allow", Action: "s3:GetObject", Resource: readableArns(partition, bucketName) },
  },
  {
    about: "List the mirror's bucket, so that S3 reports a missing object as missing.",
    statement: { Sid: "FindPackages", Effect: "Allow", Action: "s3:ListBucket", Resource: `arn:${partition}:s3:::${bucketName}` },
  },
];

/** `arn:…:repository/cloister-mirror` of `<account>.dkr.ecr.<region>.amazonaws.com/cloister-mirror@sha256:…` */
function repositoryArn({ partition }: AwsContext, image: string): string {
  const [, account, region, repository] = /^(\d+)\.dkr\.ecr\.([^.]+)\.[^/]+\/([^@]+)@/.exec(image)!;
  return `arn:${partition}:ecr:${region}:${account}:repository/${repository}`;
}

/** Permissions of the task execution role. Source: Amazon ECS "Amazon ECS task execution IAM role". */
export const executionPermissions = (context: AwsContext, image: string, logGroupArn: string): Permission[] => [
  {
    about: "Sign in to ECR.",
    statement: { Sid: "SignIn", Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
  },
  {
    about: "Pull the image of the server.",
    statement: {
      Sid: "PullImage",
      Effect: "Allow",
      Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
      Resource: repositoryArn(context, image),
    },
  },
  {
    about: "Write the request log.",
    statement: {
      Sid: "WriteLog",
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: `${logGroupArn}:*`,
    },
  },
];

export const containerName = "server";

const probe = `fetch("http://127.0.0.1:${serverPort}${healthPaths.alive}").then(({ok})=>process.exit(ok?0:1),()=>process.exit(1))`;

/** The container of a task, which writes to no disk and has no capability of Linux. */
export const containerOf = ({ region }: AwsContext, image: string, bucketName: string, logGroupName: string) => ({
  name: containerName,
  image,
  essential: true,
  user: serverUser,
  readonlyRootFilesystem: true,
  privileged: false,
  linuxParameters: { capabilities: { drop: ["ALL"] }, initProcessEnabled: true },
  portMappings: [{ containerPort: serverPort, hostPort: serverPort, protocol: "tcp" }],
  environment: [
    { name: "AWS_REGION", value: region },
    { name: "MIRROR_BUCKET", value: bucketName },
    { name: "PORT", value: String(serverPort) },
  ],
  healthCheck: { command: ["CMD", "node", "-e", probe], interval: 30, timeout: 5, retries: 3, startPeriod: 15 },
  stopTimeout: 30,
  logConfiguration: {
    logDriver: "awslogs",
    // A full log must not stop the server.
    options: { "awslogs-group": logGroupName, "awslogs-region": region, "awslogs-stream-prefix": "mirror", mode: "non-blocking" },
  },
});
