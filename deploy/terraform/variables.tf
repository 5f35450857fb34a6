variable "project_id" {
  description = "The bot's own project: its identities, its Redis, its Slack tokens. No key lives here."
  type        = string
}

variable "key_projects" {
  description = "The projects of the policy, in which keys live. Nobody should hold a basic role in them."
  type        = list(string)

  validation {
    condition     = length(var.key_projects) > 0
    error_message = "Name at least one project of the policy."
  }
}

variable "region" {
  description = "Where the bot and its Redis run."
  type        = string
  default     = "europe-west1"
}

variable "network" {
  description = "Name of the VPC network that the bot and its Redis meet in."
  type        = string
  default     = "default"
}

variable "subnetwork" {
  description = "Name of the subnetwork for Redis's addresses and the bot's way out."
  type        = string
  default     = "default"
}

variable "redis" {
  description = "memorystore: Valkey with AOF. existing: you put REDIS_URL into the two Redis secrets yourself."
  type        = string
  default     = "memorystore"

  validation {
    condition     = contains(["memorystore", "existing"], var.redis)
    error_message = "redis is memorystore or existing."
  }
}

variable "run_on" {
  description = "cloudrun: both roles run on Cloud Run. kubernetes: only identities are made, for deploy/kubernetes."
  type        = string
  default     = "cloudrun"

  validation {
    condition     = contains(["cloudrun", "kubernetes"], var.run_on)
    error_message = "run_on is cloudrun or kubernetes."
  }
}

variable "image" {
  description = "The image, by digest: REGION-docker.pkg.dev/PROJECT/REPOSITORY/gemini-key-bot@sha256:…"
  type        = string
  default     = ""
}

variable "policy_file" {
  description = "Path of the policy that `gemini-key-bot policy check` accepts."
  type        = string
  default     = "policy.toml"
}

variable "slack_client_id" {
  description = "The app's client id: several workspaces install it from install_url. Empty: one workspace, by its bot token."
  type        = string
  default     = ""
}

variable "policy_dir" {
  description = "With slack_client_id: folder with a T….toml for each workspace that `gemini-key-bot policy check` accepts."
  type        = string
  default     = "policies"

  validation {
    condition     = var.slack_client_id == "" || length(fileset(var.policy_dir, "T*.toml")) > 0
    error_message = "There is no T….toml in policy_dir."
  }
}

variable "read_project_policies" {
  description = "Let `doctor` say who else can read key strings in a project."
  type        = bool
  default     = true
}

variable "recover_key_text" {
  description = "Let the worker read a key's text again after a crash between mint and store; else it mints a new key."
  type        = bool
  default     = false
}

variable "vertex_without_keys" {
  description = "Let the worker grant roles/aiplatform.user, and no other role, in the key projects ([kinds] vertex)."
  type        = bool
  default     = false
}

variable "grantable_roles" {
  description = "Roles of the policy's [roles] that the worker may give people until a time. Never a basic role."
  type        = list(string)
  default     = []

  validation {
    condition     = length(setintersection(var.grantable_roles, ["roles/owner", "roles/editor", "roles/viewer"])) == 0
    error_message = "A basic role takes no condition, so it would not end."
  }
}

variable "billing_account" {
  description = "The account that the policy's [fixes] may link, as XXXXXX-XXXXXX-XXXXXX. Empty: the bot links none."
  type        = string
  default     = ""
}

variable "new_projects_folder" {
  description = "The folder in which the worker may make projects, as folders/123 ([new_projects]). Empty: it makes none."
  type        = string
  default     = ""
}

variable "organization_id" {
  description = "The organization that the folder is in, as a number; needed only with new_projects_folder."
  type        = string
  default     = ""
}

variable "custom_role" {
  description = "false grants predefined roles instead, where an organization does not allow custom ones: they hold more."
  type        = bool
  default     = true
}

variable "notification_channels" {
  description = "Cloud Monitoring channels that the alerts go to."
  type        = list(string)
  default     = []
}
