export { type StudioMember } from "./members";
export { Notebooks, type NotebooksArgs } from "./notebooks";
export { preflightStudio } from "./preflight";
export { sharingSettings } from "./profile-settings";
export { scriptFacts } from "./script-facts";
export { Studio, type StudioArgs } from "./studio";
