export { MirrorAccessPoint } from "./access-point";
export { MirrorBucket } from "./bucket";
export { mirrorProblems } from "./plan";
export { accessPointHost, accessPointIndexUrl, mirrorObjectArns } from "./s3-front";
