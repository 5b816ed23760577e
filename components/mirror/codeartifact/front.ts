import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type AwsContext } from "../../aws/context";
import { type MirrorSettings } from "../settings";
import { domainName, mirrorRepositoryArn, repositoryName, repositoryPolicy } from "./names";

export interface CodeArtifactFrontArgs {
  context: AwsContext;
  /** Name of the core stack. A change replaces the domain and the repository. */
  hub: string;
  settings: Pick<MirrorSettings, "publisherRoleArns">;
  /** Key for the packages, `arn:…:key/…`, whose policy lets CodeArtifact create grants. A change replaces the domain. */
  keyArn: pulumi.Input<string>;
}

/**
 * A CodeArtifact domain with a repository for the approved packages, without upstream repositories and external connections.
 * Only publishers write. Principals of the account read with a token, through the endpoints of their networks.
 * A destroy deletes the repository with its packages, which `cloister packages sync` publishes again from the manifest.
 * Cost: docs/packages.md.
 * Source: AWS CodeArtifact "Create a domain", "Repository policies"; Checkov CKV_AWS_221.
 */
export class CodeArtifactFront extends pulumi.ComponentResource {
  /** `arn:…:repository/…`, known once its policy restricts who can write. */
  readonly repositoryArn: pulumi.Output<string>;

  constructor(name: string, args: CodeArtifactFrontArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cloister:mirror:CodeArtifactFront", name, {}, opts);
    const { context, hub, settings, keyArn } = args;
    // Names are fixed, because settings of pip contain them.
    const childOptions = { parent: this, deleteBeforeReplace: true };
    const domain = new aws.codeartifact.Domain(`${name}-domain`, { domain: domainName(hub), encryptionKey: keyArn }, childOptions);
    const repository = new aws.codeartifact.Repository(
      `${name}-repository`,
      { domain: domain.domain, repository: repositoryName, description: "Approved Python packages" },
      childOptions,
    );
    const policy = new aws.codeartifact.RepositoryPermissionsPolicy(
      `${name}-repository-policy`,
      {
        domain: repository.domain,
        repository: repository.repository,
        policyDocument: repositoryPolicy(context, settings.publisherRoleArns),
      },
      childOptions,
    );
    this.repositoryArn = policy.domain.apply(() => mirrorRepositoryArn(context, hub));
    this.registerOutputs({ repositoryArn: this.repositoryArn });
  }
}
