/* AWS's shared config and credentials files (docs.aws.amazon.com: "Configuration and credential
 * file settings").  Thread: any. */
#ifndef STYX_WIRE_AWS_PROFILE_H
#define STYX_WIRE_AWS_PROFILE_H

#include "compiler/base/map.h"
#include "compiler/base/str.h"

/* Both files, read once: keys are "config/PROFILE/KEY", "credentials/PROFILE/KEY" and
 * "services/NAME/SERVICE.KEY"; values are const Str *. */
typedef struct AwsProfiles {
	Arena *arena;
	Map values;
} AwsProfiles;

/* Reads the files that the environment names, or those in ~/.aws; a missing file is empty. */
void aws_profiles_load(AwsProfiles *p, Arena *a);

/* The value of `key` for a profile: of the credentials file, else of the config file; empty: none.
 */
Str aws_profile_get(const AwsProfiles *p, Str profile, Str key);

/* The value of `key` in one file ("config" or "credentials"). */
Str aws_profile_get_in(const AwsProfiles *p, Str file, Str profile, Str key);

/* Says whether either file has a section for the profile. */
bool aws_profile_exists(const AwsProfiles *p, Str profile);

#endif
