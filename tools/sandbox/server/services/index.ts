// Registers every service that does more than forward requests to moto: one file or folder each, and one line here.
import { type Accounts } from "../accounts";
import { type Builds } from "../builds";
import { type EventBus } from "../event-bus";
import { type EventSources } from "../event-sources";
import { type Functions } from "../functions";
import { type Journal } from "../journal";
import { type Machines } from "../machines";
import { type Service } from "../service";
import { accessanalyzer } from "./accessanalyzer";
import { budgets } from "./budgets";
import { cloudformation } from "./cloudformation";
import { cloudtrail } from "./cloudtrail";
import { cloudwatch } from "./cloudwatch";
import { codeartifact } from "./codeartifact";
import { codebuild } from "./codebuild";
import { config } from "./config";
import { ec2 } from "./ec2";
import { ecr } from "./ecr";
import { ecs } from "./ecs";
import { efs } from "./efs";
import { elbv2 } from "./elbv2";
import { events } from "./events";
import { guardduty } from "./guardduty";
import { iam } from "./iam";
import { kms } from "./kms";
import { lambda } from "./lambda";
import { logs } from "./logs";
import { macie2 } from "./macie2";
import { resourcegroups } from "./resourcegroups";
import { route53 } from "./route53";
import { route53resolver } from "./route53resolver";
import { s3 } from "./s3";
import { s3control } from "./s3control";
import { sagemaker } from "./sagemaker";
import { securityhub } from "./securityhub";
import { servicecatalog } from "./servicecatalog";
import { servicequotas } from "./servicequotas";
import { sns } from "./sns";
import { sqs } from "./sqs";
import { ssm } from "./ssm";
import { ssoadmin } from "./ssoadmin";
import { stepfunctions } from "./stepfunctions";
import { sts } from "./sts";

export interface Runtime {
  functions: Functions;
  eventSources: EventSources;
  machines: Machines;
  builds: Builds;
  eventBus: EventBus;
  /** botocore's folder with the service models. */
  models: string;
}

export const registeredServices = (
  accounts: Accounts,
  journal: Journal,
  { functions, eventSources, machines, builds, eventBus, models }: Runtime,
): Service[] => [
  accessanalyzer,
  budgets,
  cloudformation,
  cloudtrail(journal),
  cloudwatch,
  codeartifact,
  codebuild(builds),
  config,
  ec2,
  ecr,
  ecs,
  efs,
  elbv2,
  events(eventBus),
  guardduty,
  iam,
  kms,
  lambda(functions, eventSources, models),
  logs,
  macie2,
  resourcegroups,
  route53,
  route53resolver,
  s3,
  s3control,
  sagemaker,
  securityhub,
  servicecatalog,
  servicequotas,
  sns,
  sqs(eventSources),
  ssm,
  ssoadmin,
  stepfunctions(machines),
  sts(accounts),
];
