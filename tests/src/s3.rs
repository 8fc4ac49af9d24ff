//! An S3 server on loopback, over a folder.

use std::net::SocketAddr;
use std::path::Path;

use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;

/// Name and secret of its one user.
pub const USER: (&str, &str) = ("tester", "not-a-secret");

/// Serves a folder whose folders are buckets, until the process ends.
pub fn serve(folder: &Path) -> SocketAddr {
    let files = s3s_fs::FileSystem::new(folder).expect("the folder is there");
    let mut service = S3ServiceBuilder::new(files);
    service.set_auth(SimpleAuth::from_single(USER.0, USER.1));
    let service = service.build();
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a port of loopback");
    listener.set_nonblocking(true).expect("a listener");
    let address = listener.local_addr().expect("a port");
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async move {
            let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
            while let Ok((stream, _)) = listener.accept().await {
                let service = service.clone();
                tokio::spawn(async move {
                    let server = auto::Builder::new(TokioExecutor::new());
                    // a client that goes away is no matter of the server's
                    let _ = server.serve_connection(TokioIo::new(stream), service).await;
                });
            }
        });
    });
    address
}
