// Defines the tag by which AWS Service Catalog limits reads of artifacts and templates. Pure.

/** Tag of objects in its buckets. Source: AWS Service Catalog "Launch constraints for External products". */
export const artifactTag = { key: "servicecatalog:provisioning", value: "true" };

/** `StringEquals` of a condition: only objects with the tag. */
export const taggedArtifact = { [`s3:ExistingObjectTag/${artifactTag.key}`]: artifactTag.value };
