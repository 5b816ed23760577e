// Rows for changes to the artifact of a registered model version: an approved model must not change.
import { type Context, type Row, type RowKit } from "../row-kit";

export function registeredModels({ ids, inside, row }: RowKit): Row[] {
  const artifact = `${ids.modelBucketArn}/registered/fraud/7/model.tar.gz`;
  const throughS3 = { through: "s3" };
  const put: Context = { ...inside, "s3:ObjectCreationOperation": "true" };
  const onlyIfNew: Context = { ...put, "s3:if-none-match": "*" };
  const part: Context = { ...inside, "s3:ObjectCreationOperation": "false" };
  return [
    ...["execution", "notebook"].flatMap((caller) => [
      row(caller, "writes a new registered artifact", "allowed", "s3:PutObject", artifact, onlyIfNew, throughS3),
      row(caller, "uploads a part of a registered artifact", "allowed", "s3:PutObject", artifact, part, throughS3),
      row(caller, "reads a registered artifact", "allowed", "s3:GetObject", artifact, inside, throughS3),
      row(caller, "replaces a registered artifact", "denied", "s3:PutObject", artifact, put, {
        ...throughS3,
        attack: { by: "insider", tries: "replaces the artifact of a model version after its approval" },
      }),
      row(
        caller,
        "replaces a registered artifact that has a known ETag",
        "denied",
        "s3:PutObject",
        artifact,
        { ...put, "s3:if-match": "x" },
        throughS3,
      ),
      row(caller, "deletes a registered artifact", "denied", "s3:DeleteObject", artifact, inside, {
        ...throughS3,
        attack: { by: "insider", tries: "deletes the artifact of an approved model version, and writes another" },
      }),
      row(caller, "replaces an artifact that is not registered", "allowed", "s3:PutObject", `${ids.modelBucketArn}/x`, put, throughS3),
    ]),
    row("administrator", "deletes a version of a registered artifact", "denied", "s3:DeleteObjectVersion", artifact, inside, throughS3),
    row("deployer", "deletes a registered artifact, for repairs", "allowed", "s3:DeleteObject", artifact),
    row("break-glass", "deletes a registered artifact, for repairs", "allowed", "s3:DeleteObject", artifact),
    row("deployer", "replaces a registered artifact", "denied", "s3:PutObject", artifact, { "s3:ObjectCreationOperation": "true" }),
  ];
}
