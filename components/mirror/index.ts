export { MirrorAccessPoint } from "./access-point";
export { MirrorBucket } from "./bucket";
export { CodeArtifactFront } from "./codeartifact/front";
export { mirrorRepositoryArn, repositoryIndexUrl } from "./codeartifact/names";
export { codeArtifactProblems } from "./codeartifact/plan";
export { FargateFront } from "./fargate/front";
export { fargateProblems, mirrorIndexUrlOf, withTaskEndpoints } from "./fargate/plan";
export { mirrorProblems } from "./plan";
export { accessPointHost, accessPointIndexUrl, mirrorObjectArns } from "./s3-front";
