import { type StackResource, textAt } from "../../rule-kit";

/** Both tokens of a bucket: the deprecated one is another type to the engine. */
export const bucketTypes = ["aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"];

/** Resources of these types that belong to a bucket: by reference, else by the bucket's name or id. Never by their own names. */
export function companionsOf(bucket: StackResource, resources: StackResource[], types: readonly string[]): StackResource[] {
  const names = ["id", "bucket"].flatMap((property) => textAt(bucket.props, property) ?? []);
  return resources.filter(
    ({ type, props, sources }) =>
      types.includes(type) && (sources("bucket").includes(bucket) || names.includes(textAt(props, "bucket") ?? "")),
  );
}
