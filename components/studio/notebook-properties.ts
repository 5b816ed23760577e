// Builds the properties of a notebook instance. The provider and the templates of products use the same properties. Pure.

/** What differs between notebook instances. `Text` and `Size` are inputs of the provider, or values of a template. */
export interface NotebookPlan<Text, Size> {
  /** The name is fixed, because the role's policy allows stopping only instances with certain names. */
  name: Text;
  roleArn: Text;
  instanceType: Text;
  subnetId: Text;
  securityGroupId: Text;
  /** Key for the volume, `arn:…:key/…`. */
  keyArn: Text;
  volumeGb: Size;
  lifecycleConfigName: Text;
  /** Sign-in name of the data scientist who uses the instance. */
  person: Text;
}

/** Properties in the names of the provider: no root access, no direct internet access, and IMDSv2. */
export const notebookProperties = <Text, Size>(plan: NotebookPlan<Text, Size>) => ({
  name: plan.name,
  roleArn: plan.roleArn,
  instanceType: plan.instanceType,
  // The provider's default platform is no longer available.
  platformIdentifier: "notebook-al2023-v1",
  subnetId: plan.subnetId,
  securityGroups: [plan.securityGroupId],
  directInternetAccess: "Disabled",
  rootAccess: "Disabled",
  instanceMetadataServiceConfiguration: { minimumInstanceMetadataServiceVersion: "2" },
  kmsKeyId: plan.keyArn,
  volumeSize: plan.volumeGb,
  lifecycleConfigName: plan.lifecycleConfigName,
  tags: { "cloister:person": plan.person },
});
