export { connect } from '../dask/web-sockets.js'
