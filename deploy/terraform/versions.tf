terraform {
  required_version = ">= 1.9"
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 6.30, < 8.0"
    }
  }
}

provider "google" {
  project = var.project_id
  region  = var.region
}

data "google_project" "own" {
  project_id = var.project_id
}

data "google_project" "keys" {
  for_each   = toset(var.key_projects)
  project_id = each.value
}
