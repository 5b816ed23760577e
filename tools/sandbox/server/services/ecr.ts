import { patchedService } from "../service";

export const ecr = patchedService({
  scope: "ecr",
  model: "ecr",
  leftovers: [{ type: "Repository", operation: "DescribeRepositories", list: "repositories", id: "repositoryName" }],
});
