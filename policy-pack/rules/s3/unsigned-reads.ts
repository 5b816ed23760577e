// Finds buckets that clients read without signature through access points in VPCs, such as a package mirror.
// S3 decrypts with a KMS key only for signed requests. Source: S3 User Guide, "Using server-side encryption with AWS KMS keys".
import {
  conditionValues,
  isAnyPrincipal,
  type StackResource,
  type Statement,
  statementsOf,
  statementValues,
  stringAt,
} from "../../rule-kit";
import { isSameBucket } from "./log-destinations";

/** Whether a statement allows anyone to read objects, only through access points in VPCs of fixed accounts. */
const allowsUnsignedReads = (statement: Statement) =>
  stringAt(statement, "Effect") === "Allow" &&
  isAnyPrincipal(statement) &&
  statementValues(statement, "Action").every((action) => action === "s3:GetObject") &&
  conditionValues(statement, "StringEquals", "s3:AccessPointNetworkOrigin").join() === "vpc" &&
  /^\d{12}(,\d{12})*$/.test(conditionValues(statement, "StringEquals", "s3:DataAccessPointAccount").join());

/** Whether the policy of a bucket, or of the bucket of an encryption configuration, allows such reads. */
export const isReadUnsigned = (bucketOrConfiguration: StackResource, resources: StackResource[]) =>
  resources.some((resource) => {
    if (!/^aws:s3\/bucketPolicy:/.test(resource.type) || !isSameBucket(resource, ["bucket"], bucketOrConfiguration)) return false;
    const statements = statementsOf(resource.props, "policy");
    return Array.isArray(statements) && statements.some(allowsUnsignedReads);
  });
