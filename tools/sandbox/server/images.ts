// Looks up container images in ECR, for services that pull them.
import { AwsError } from "./aws-error";
import { type CallMoto } from "./service";

/** Looks up an image by its digest or tag. Returns the reason why it cannot be pulled. */
export async function pullProblem(image: string, moto: CallMoto): Promise<string | undefined> {
  const failed = (reason: string) => `CannotPullContainerError: ${reason}`;
  const [, registryId, region, repositoryName, tag, digest] =
    /^(\d{12})\.dkr\.ecr\.([^.]+)\.amazonaws\.com(?:\.cn)?\/([^@:]+)(?::([^@]+))?(?:@(.+))?$/.exec(image) ?? [];
  if (!registryId) return failed(`the sandbox has only images in ECR, not '${image}'`);
  const imageIds = [digest === undefined ? { imageTag: tag ?? "latest" } : { imageDigest: digest }];
  try {
    await moto("ecr", "DescribeImages", { repositoryName, registryId, imageIds }, { account: registryId, region });
    return undefined;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return failed(error.message);
  }
}
