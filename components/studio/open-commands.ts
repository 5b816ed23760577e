// AWS CLI commands that print URLs to Studio and notebook instances. Pure.

/** `profile` is the name of a user profile, or a placeholder. */
export const openStudioCommand = (region: string, domainId: string, profile: string) =>
  `aws sagemaker create-presigned-domain-url --region ${region} --domain-id ${domainId} --user-profile-name ${profile} --query AuthorizedUrl --output text`;

/** The console cannot open the instance, because its calls do not use the environment's VPC endpoints. */
export const openNotebookCommand = (region: string, name: string) =>
  `aws sagemaker create-presigned-notebook-instance-url --region ${region} --notebook-instance-name ${name} --query AuthorizedUrl --output text`;
