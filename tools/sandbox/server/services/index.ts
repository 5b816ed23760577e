// Every service that is more than forwarded: one file (or folder) each, one line here.
import { type Accounts } from "../accounts";
import { type MendedService } from "../patched-service";
import { type AnyOwnedService } from "../native-service";
import { budgets } from "./budgets";
import { cloudwatch } from "./cloudwatch";
import { ec2 } from "./ec2";
import { iam } from "./iam";
import { kms } from "./kms";
import { logs } from "./logs";
import { resourcegroups } from "./resourcegroups";
import { route53 } from "./route53";
import { route53resolver } from "./route53resolver";
import { s3 } from "./s3";
import { s3control } from "./s3control";
import { sagemaker } from "./sagemaker";
import { servicecatalog } from "./servicecatalog";
import { sns } from "./sns";
import { ssm } from "./ssm";
import { ssoadmin } from "./ssoadmin";
import { sts } from "./sts";

/** Services that the gateway answers itself. */
export const ownedServices = (accounts: Accounts): AnyOwnedService[] => [
  budgets,
  cloudwatch,
  resourcegroups,
  route53resolver,
  sagemaker,
  servicecatalog,
  ssoadmin,
  sts(accounts),
];

/** Services of the base that differ too much from AWS as they are. */
export const mendedServices: MendedService[] = [ec2, iam, kms, logs, route53, s3, s3control, sns, ssm];
