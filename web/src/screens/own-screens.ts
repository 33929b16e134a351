/** What comes in one file: everything about the learner and the device. */

export { AboutScreen } from "./about";
export { AccountScreen } from "./account";
export { EditProfileScreen } from "./edit-profile";
export { ErasedScreen } from "./erased";
export { ForgotScreen } from "./forgot";
export { GoogleScreen } from "./google";
export { ProfileScreen } from "./profile";
export { SettingsScreen } from "./settings";
export { SignInScreen } from "./sign-in";
export { SignUpScreen } from "./sign-up";
export { WaitingScreen } from "./waiting";
