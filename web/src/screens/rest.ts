/** What comes in one file, which is smaller than several: all screens but those of the first question. */

export { AboutScreen } from "./about";
export { AccountScreen } from "./account";
export { BoardScreen } from "./board";
export { EditProfileScreen } from "./edit-profile";
export { ErasedScreen } from "./erased";
export { ForgotScreen } from "./forgot";
export { GoogleScreen } from "./google";
export { ProfileScreen } from "./profile";
export { ResultScreen } from "./result";
export { SettingsScreen } from "./settings";
export { SignInScreen } from "./sign-in";
export { SignUpScreen } from "./sign-up";
export { WaitingScreen } from "./waiting";
