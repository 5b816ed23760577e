export { AuditBucket, type AuditBucketArgs } from "./audit-bucket";
export { DataBucket, type DataBucketArgs } from "./data-bucket";
export { ExistingBucket, type ExistingBucketArgs } from "./existing-bucket";
export { LogBucket, type LogBucketArgs } from "./log-bucket";
export { type PerimeterArgs, type PerimeterBucket } from "./perimeter-bucket";
export { preflightStorage } from "./preflight";
export { lifecycleRules } from "./private-bucket";
export { type StorageRequest } from "./request";
export { TemplateBucket, type TemplateBucketArgs } from "./template-bucket";
