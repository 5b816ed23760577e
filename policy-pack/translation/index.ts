export { withTranslations } from "./stack";
export { describe, translate, translatedTypes, type Translated, type Translation } from "./translate";
