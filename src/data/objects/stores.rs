//! An object store as the environment says: where it is and who asks, by the variables that the store's own programs read.

use std::sync::Arc;
use std::time::Duration;

use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::azure::{AzureConfigKey, MicrosoftAzureBuilder};
use object_store::gcp::{GoogleCloudStorageBuilder, GoogleConfigKey};
use object_store::{BackoffConfig, ObjectStore, RetryConfig};

use super::Trouble;
use super::connector::Connector;
use super::copies::AT_ONCE;
use super::trouble::{credentials, scrubbed};
use crate::catalog::addresses::{Address, Store};

/// How long a store may be silent, and how long it is asked again after a failure.
const PATIENCE: Duration = Duration::from_secs(60);

/// A bucket that can be asked.
pub struct Opened {
    pub store: Arc<dyn ObjectStore>,
    /// Which one it is: two stores may have a bucket of one name.
    pub place: String,
}

impl Opened {
    /// # Errors
    /// If the environment does not say enough, or what cannot be.
    pub fn of_environment(address: Address<'_>) -> Result<Self, Trouble> {
        let connector = Connector { patience: PATIENCE, at_once: AT_ONCE };
        let bucket = address.bucket;
        let built: object_store::Result<(Arc<dyn ObjectStore>, Option<String>)> = match address.store {
            Store::S3 => {
                let builder = AmazonS3Builder::from_env().with_bucket_name(bucket);
                let of = |key: AmazonS3ConfigKey| builder.get_config_value(&key);
                let place = of(AmazonS3ConfigKey::S3Endpoint).or_else(|| of(AmazonS3ConfigKey::Endpoint));
                s3(builder, connector).map(|store| (store, place))
            }
            Store::Google => {
                let builder = GoogleCloudStorageBuilder::from_env().with_bucket_name(bucket);
                let place = builder.get_config_value(&GoogleConfigKey::BaseUrl);
                let builder = builder.with_retry(retries()).with_http_connector(connector);
                builder.build().map(|store| (Arc::new(store) as Arc<dyn ObjectStore>, place))
            }
            Store::Azure => {
                let builder = MicrosoftAzureBuilder::from_env().with_container_name(bucket);
                let of = |key: AzureConfigKey| builder.get_config_value(&key);
                let place = of(AzureConfigKey::Endpoint).or_else(|| of(AzureConfigKey::AccountName));
                let builder = builder.with_allow_http(true).with_retry(retries()).with_http_connector(connector);
                builder.build().map(|store| (Arc::new(store) as Arc<dyn ObjectStore>, place))
            }
        };
        let (store, place) = built.map_err(|error| {
            let why = format!("the environment does not say how the store is asked: {}", scrubbed(&error.to_string()));
            Trouble::new(why).help(credentials(address))
        })?;
        Ok(Self { store, place: format!("{} {bucket}", place.unwrap_or_default()) })
    }
}

/// A bucket of S3, or of what speaks like it.
pub fn s3(builder: AmazonS3Builder, connector: Connector) -> object_store::Result<Arc<dyn ObjectStore>> {
    // An address that begins with `http://` was written by somebody who means it.
    let builder = builder.with_allow_http(true).with_retry(retries()).with_http_connector(connector);
    Ok(Arc::new(builder.build()?))
}

fn retries() -> RetryConfig {
    let backoff =
        BackoffConfig { init_backoff: Duration::from_millis(200), max_backoff: Duration::from_secs(5), base: 3.0 };
    RetryConfig { backoff, max_retries: 4, retry_timeout: PATIENCE }
}
