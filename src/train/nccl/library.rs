//! The libraries of GPUs, opened when they are wanted: a build needs no toolkit, and a machine without a GPU needs neither of them.
//!
//! Of NCCL it is what adds up and joins who adds up, since version 2.7 the same; of CUDA's driver which GPU a thread has to do with. The
//! bindings that there are look for `libnccl.so`, which is there where programs are built, and not for the `libnccl.so.2` of where they run.

use std::ffi::{CStr, c_char, c_int, c_void};
use std::fmt;

use libloading::Library;

/// Under which names NCCL lies; what libtorch has opened already is found by the first.
const NCCL: [&str; 2] = ["libnccl.so.2", "libnccl.so"];
const DRIVER: [&str; 2] = ["libcuda.so.1", "libcuda.so"];

/// `ncclFloat32` and `ncclSum`.
const FLOAT: c_int = 7;
const SUM: c_int = 0;

/// What joins processes: one makes it, and all are told.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct UniqueId([u8; 128]);

/// Processes that add up, as NCCL knows them.
#[derive(Debug)]
pub struct Communicator(*mut c_void);

// SAFETY: NCCL lets any thread use it, one at a time; whoever has it waits for his turn.
unsafe impl Send for Communicator {}

/// Why something cannot be had of a library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotHad {
    /// Neither of these files is there, or can be opened.
    NoLibrary { names: [&'static str; 2], why: String },
    /// The library is of another version, and has no function of this name.
    NoFunction { library: &'static str, function: &'static str },
    /// A call has failed; what the library says of it.
    Failed { call: &'static str, why: String },
}

impl NotHad {
    /// What can be done about it.
    pub fn help(&self) -> &'static str {
        match self {
            NotHad::NoLibrary { names, .. } if *names == DRIVER => "the driver of the GPU brings it",
            NotHad::NoLibrary { .. } => {
                "put the folder of `libnccl.so.2` into `LD_LIBRARY_PATH`, or take a build without feature `nccl`"
            }
            NotHad::NoFunction { .. } => "NCCL 2.7 or newer is wanted, or a build without feature `nccl`",
            NotHad::Failed { .. } => "`NCCL_DEBUG=INFO` in the environment has NCCL tell more",
        }
    }
}

impl fmt::Display for NotHad {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotHad::NoLibrary { names: [first, _], why } => write!(f, "`{first}` cannot be opened ({why})"),
            NotHad::NoFunction { library, function } => {
                write!(f, "`{library}` has no `{function}`: it is of another version")
            }
            NotHad::Failed { call, why } => write!(f, "`{call}` fails: {why}"),
        }
    }
}

impl UniqueId {
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    pub fn of(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

type Handle = *mut c_void;

/// NCCL: its functions.
#[derive(Debug)]
pub struct Nccl {
    version: c_int,
    get_unique_id: unsafe extern "C" fn(*mut UniqueId) -> c_int,
    comm_init_rank: unsafe extern "C" fn(*mut Handle, c_int, UniqueId, c_int) -> c_int,
    all_reduce: unsafe extern "C" fn(*const c_void, Handle, usize, c_int, c_int, Handle, Handle) -> c_int,
    comm_destroy: unsafe extern "C" fn(Handle) -> c_int,
    get_error_string: unsafe extern "C" fn(c_int) -> *const c_char,
    /// Newer than the others.
    get_last_error: Option<unsafe extern "C" fn(Handle) -> *const c_char>,
}

impl Nccl {
    /// # Errors
    /// If there is none here that has what is wanted.
    pub fn open() -> Result<Self, NotHad> {
        let library = open(NCCL)?;
        // SAFETY: these are the functions of `nccl.h`, `ncclResult_t` and `ncclDataType_t` being enumerations, and `ncclComm_t` and `cudaStream_t` pointers.
        let mut nccl = unsafe {
            Self {
                version: 0,
                get_unique_id: function(library, NCCL, "ncclGetUniqueId")?,
                comm_init_rank: function(library, NCCL, "ncclCommInitRank")?,
                all_reduce: function(library, NCCL, "ncclAllReduce")?,
                comm_destroy: function(library, NCCL, "ncclCommDestroy")?,
                get_error_string: function(library, NCCL, "ncclGetErrorString")?,
                get_last_error: function(library, NCCL, "ncclGetLastError").ok(),
            }
        };
        let mut version = 0;
        // SAFETY: `ncclResult_t ncclGetVersion(int*)`.
        let code = unsafe {
            let get: unsafe extern "C" fn(*mut c_int) -> c_int = function(library, NCCL, "ncclGetVersion")?;
            get(&raw mut version)
        };
        nccl.done("ncclGetVersion", code)?;
        nccl.version = version;
        Ok(nccl)
    }

    /// Makes what joins processes.
    ///
    /// # Errors
    /// If a call fails.
    pub fn unique_id(&self) -> Result<UniqueId, NotHad> {
        let mut id = UniqueId([0; 128]);
        // SAFETY: it writes 128 bytes.
        let code = unsafe { (self.get_unique_id)(&raw mut id) };
        self.done("ncclGetUniqueId", code).map(|()| id)
    }

    /// Joins the others, on the GPU that this thread has to do with, and waits for them.
    ///
    /// # Errors
    /// If a call fails.
    pub fn join(&self, id: UniqueId, rank: usize, size: usize) -> Result<Communicator, NotHad> {
        let mut communicator = std::ptr::null_mut();
        // SAFETY: it writes one pointer.
        let code = unsafe { (self.comm_init_rank)(&raw mut communicator, size as c_int, id, rank as c_int) };
        self.done("ncclCommInitRank", code).map(|()| Communicator(communicator))
    }

    /// Adds up so many numbers of 32 bits over all processes, behind what the GPU was asked for before, and ahead of what it is asked for
    /// afterwards on its usual stream.
    ///
    /// # Safety
    /// Both places must have room for so many numbers on the GPU of the communicator, until the GPU is done with it.
    ///
    /// # Errors
    /// If a call fails.
    pub unsafe fn sum(
        &self,
        from: *const c_void,
        to: *mut c_void,
        count: usize,
        communicator: &Communicator,
    ) -> Result<(), NotHad> {
        // The stream that libtorch computes on unless it is told another, which nobody here does.
        let usual = std::ptr::null_mut();
        // SAFETY: the caller vouches for the places, and a communicator is whole until it is left.
        let code = unsafe { (self.all_reduce)(from, to, count, FLOAT, SUM, communicator.0, usual) };
        self.done("ncclAllReduce", code)
    }

    /// Leaves the others, when the GPU has done what it was asked for.
    ///
    /// # Errors
    /// If a call fails.
    pub fn leave(&self, communicator: Communicator) -> Result<(), NotHad> {
        // SAFETY: nobody else has it any more.
        let code = unsafe { (self.comm_destroy)(communicator.0) };
        self.done("ncclCommDestroy", code)
    }

    fn done(&self, call: &'static str, code: c_int) -> Result<(), NotHad> {
        if code == 0 {
            return Ok(());
        }
        // SAFETY: both give texts that stay.
        let said = unsafe {
            let last = self.get_last_error.map(|last| last(std::ptr::null_mut()));
            [text_of((self.get_error_string)(code)), last.and_then(|last| text_of(last))]
        };
        let said: Vec<String> = said.into_iter().flatten().collect();
        let why = if said.is_empty() { format!("code {code}") } else { said.join(": ") };
        let version = if self.version == 0 { String::new() } else { format!(" (NCCL {})", written(self.version)) };
        Err(NotHad::Failed { call, why: why + &version })
    }
}

/// 2708 is 2.7.8, and 22705 is 2.27.5.
fn written(version: c_int) -> String {
    let of_major = if version < 10_000 { 1_000 } else { 10_000 };
    let rest = version % of_major;
    format!("{}.{}.{}", version / of_major, rest / 100, rest % 100)
}

/// CUDA's driver.
#[derive(Debug)]
pub struct Driver(&'static Library);

impl Driver {
    /// # Errors
    /// If there is none here.
    pub fn open() -> Result<Self, NotHad> {
        open(DRIVER).map(Self)
    }

    /// Lets this thread have to do with a GPU, as libtorch has: what tells it from all others.
    ///
    /// # Errors
    /// If a call fails.
    pub fn take(&self, index: usize) -> Result<[u8; 16], NotHad> {
        let (mut device, mut context, mut uuid) = (0, std::ptr::null_mut(), [0; 16]);
        // SAFETY: `CUresult cuInit(unsigned)`, `cuDeviceGet(CUdevice*, int)`, `cuDeviceGetUuid(CUuuid*, CUdevice)`,
        // `cuDevicePrimaryCtxRetain(CUcontext*, CUdevice)`, `cuCtxSetCurrent(CUcontext)`.
        unsafe {
            let init: unsafe extern "C" fn(u32) -> c_int = function(self.0, DRIVER, "cuInit")?;
            let get: unsafe extern "C" fn(*mut c_int, c_int) -> c_int = function(self.0, DRIVER, "cuDeviceGet")?;
            let name: unsafe extern "C" fn(*mut [u8; 16], c_int) -> c_int =
                function(self.0, DRIVER, "cuDeviceGetUuid")?;
            let retain: unsafe extern "C" fn(*mut Handle, c_int) -> c_int =
                function(self.0, DRIVER, "cuDevicePrimaryCtxRetain")?;
            let set: unsafe extern "C" fn(Handle) -> c_int = function(self.0, DRIVER, "cuCtxSetCurrent")?;
            self.done("cuInit", init(0))?;
            self.done("cuDeviceGet", get(&raw mut device, index as c_int))?;
            self.done("cuDeviceGetUuid", name(&raw mut uuid, device))?;
            self.done("cuDevicePrimaryCtxRetain", retain(&raw mut context, device))?;
            self.done("cuCtxSetCurrent", set(context))?;
        }
        Ok(uuid)
    }

    fn done(&self, call: &'static str, code: c_int) -> Result<(), NotHad> {
        if code == 0 {
            return Ok(());
        }
        let mut text = std::ptr::null();
        // SAFETY: `CUresult cuGetErrorString(CUresult, const char**)`, which gives a text that stays.
        let said = unsafe {
            let of: Result<unsafe extern "C" fn(c_int, *mut *const c_char) -> c_int, NotHad> =
                function(self.0, DRIVER, "cuGetErrorString");
            of.ok().filter(|of| of(code, &raw mut text) == 0).and_then(|_| text_of(text))
        };
        Err(NotHad::Failed { call, why: said.unwrap_or_else(|| format!("code {code}")) })
    }
}

/// Opens one of these for good: both have threads of their own, which run on in a library that is closed.
fn open(names: [&'static str; 2]) -> Result<&'static Library, NotHad> {
    let mut first = None;
    for name in names {
        // SAFETY: what these libraries do when they are opened is what every program that uses them has done to it.
        match unsafe { Library::new(name) } {
            Ok(library) => return Ok(Box::leak(Box::new(library))),
            Err(error) => _ = first.get_or_insert_with(|| error.to_string()),
        }
    }
    Err(NotHad::NoLibrary { names, why: first.unwrap_or_default() })
}

/// # Safety
/// The type must be that of the function.
unsafe fn function<T: Copy>(
    library: &'static Library,
    names: [&'static str; 2],
    name: &'static str,
) -> Result<T, NotHad> {
    // SAFETY: the caller vouches for the type.
    let found = unsafe { library.get::<T>(name.as_bytes()) };
    found.map(|symbol| *symbol).map_err(|_| NotHad::NoFunction { library: names[0], function: name })
}

/// # Safety
/// It must be null or a text that ends in a zero.
unsafe fn text_of(text: *const c_char) -> Option<String> {
    // SAFETY: the caller vouches for it.
    let text = (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned());
    text.filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_written_as_it_is_spoken_of() {
        assert_eq!([2708, 20903, 22705].map(written), ["2.7.8", "2.9.3", "2.27.5"]);
    }

    /// On a machine that has the library: with or without a GPU, it speaks as it is spoken to here.
    #[test]
    fn the_library_is_what_it_is_taken_for_or_is_said_to_be_absent() {
        match Nccl::open() {
            Ok(nccl) => {
                assert!((2700..100_000).contains(&nccl.version), "{}", nccl.version);
                // Without a GPU nothing can be joined, and that is said in the library's words.
                if Driver::open().is_err()
                    && let Ok(id) = nccl.unique_id()
                {
                    assert!(id.bytes().iter().any(|byte| *byte != 0));
                    let failed = nccl.join(id, 0, 1).expect_err("there is no GPU");
                    assert!(failed.to_string().starts_with("`ncclCommInitRank` fails: "), "{failed}");
                    assert!(failed.to_string().contains("(NCCL 2."), "{failed}");
                }
            }
            Err(absent) => {
                assert!(absent.to_string().starts_with("`libnccl.so.2` cannot be opened ("), "{absent}");
            }
        }
    }
}
